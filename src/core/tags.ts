/** Where releases are tagged. */
export interface Tags {
  /** Returns whether it was created: false where there is such a tag already. Throws a GateError when it cannot be. */
  create(name: string, commit: string): Promise<boolean>;
}
