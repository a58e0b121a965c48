/** Where releases are tagged. */
export interface Tags {
  /** Returns whether it created the tag: false if the tag exists. Throws a GateError if it cannot create it. */
  create(name: string, commit: string): Promise<boolean>;
}
