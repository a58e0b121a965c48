/** How one commit stands to another in git's history. `apart`: neither holds the other. */
export type Relation = 'same' | 'newer' | 'older' | 'apart';

/** The history of the repository. */
export interface History {
  /** Throws a GateError if it cannot tell. */
  compare(commit: string, to: string): Promise<Relation>;
}
