/** A file that a pull request changes; its path is from the root of the repository. */
export interface ChangedFile {
  path: string;
  /** `added`: the base does not have it. A file that was renamed is removed at one path and added at the other. */
  change: 'added' | 'modified' | 'removed';
}
