import type { CheckResult } from './check.ts';
import type { Clock } from './clock.ts';
import type { Redactor } from './redaction.ts';

/** Tells the person who reads the log what goes on. Text is redacted and can never become a workflow command. */
export interface Log {
  info(text: string): void;
  /** Text of others: child output, an answer's body, a platform's log. Shown behind a bar, line by line. */
  quote(text: string): void;
  /** The same, below a title that the reader can open. */
  fold(title: string, text: string): void;
  debug(text: string): void;
}

/** The variables of the step's environment. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What every gate is given to work with; a test passes others. */
export interface GateContext {
  clock: Clock;
  log: Log;
  redactor: Redactor;
  /** Aborted when the run is cancelled: stop the work, the children and the open requests. */
  signal: AbortSignal;
  variables: Variables;
  /** The consumer's checkout: an absolute path. */
  workspace: string;
  /**
   * GitHub gives no secrets to a pull request from a fork or of Dependabot, so a missing value proves nothing there.
   */
  secretsWithheld: boolean;
  /** Hears of each check as it ends, so that a person can watch. */
  onResult(result: CheckResult): void;
}
