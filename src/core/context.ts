import type { CheckResult } from './check.ts';
import type { Clock } from './clock.ts';
import type { Redactor } from './redaction.ts';

/** The log that a person reads. Text is redacted and can never become a workflow command. */
export interface Log {
  info(text: string): void;
  /** Text from elsewhere (a program's output, an answer's body, a platform's log), shown behind a bar, line by line. */
  quote(text: string): void;
  /** The same, below a title that the reader can open. */
  fold(title: string, text: string): void;
  debug(text: string): void;
}

/** The variables of the step's environment. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What every gate works with. A test passes its own. */
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
   * GitHub withholds secrets from a pull request from a fork or by Dependabot, so a missing value proves nothing there.
   */
  secretsWithheld: boolean;
  /** Called with each check as it ends, so that a person can watch. */
  onResult(result: CheckResult): void;
}
