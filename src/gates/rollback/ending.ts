/** How a rollback went, of one service or as a whole; the worst first. */
export const results = ['failed', 'partial', 'refused', 'unverified', 'no-target', 'verified', 'not-needed'] as const;
export type Result = (typeof results)[number];

/** How a rollback ends, for its report. */
export interface Ending {
  result: Result | 'dry-run' | 'kept';
  headline: string;
  /** Whether to notify people. */
  isIncident: boolean;
  /** Services that are not certainly where they should be. */
  left: string[];
  /** What to note on the GitHub deployment of the release; undefined: nothing. */
  note?: string;
}
