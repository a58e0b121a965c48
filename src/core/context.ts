import type { CheckResult } from './check.ts';
import type { Clock } from './clock.ts';
import type { Redactor } from './redaction.ts';

/** Writes the log. Text is redacted and can never become a workflow command. */
export interface Log {
  info(text: string): void;
  /** Prints text from outside, such as child output or a platform's log, with a bar in front of each line. */
  quote(text: string): void;
  /** The same, folded under a title. */
  fold(title: string, text: string): void;
  debug(text: string): void;
}

/** The variables of the step's environment. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What every gate works with. Tests pass their own. */
export interface GateContext {
  clock: Clock;
  log: Log;
  redactor: Redactor;
  /** Aborted when the run is cancelled. Stop the work, the child processes and the open requests. */
  signal: AbortSignal;
  variables: Variables;
  /** The consumer's checkout: an absolute path. */
  workspace: string;
  /**
   * GitHub withholds secrets from pull requests by Dependabot or from a fork, so a missing value proves nothing there.
   */
  secretsWithheld: boolean;
  /** Called as each check ends, so that a person can follow the log. */
  onResult(result: CheckResult): void;
}
