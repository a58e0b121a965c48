import { findLoggedError, type LoggedError } from './find-error.ts';

/** Lines that end a log and explain nothing. */
const empty =
  /^\s*(?:Node\.js v[\d.]+|exit status \d+|\}|\^+|npm (?:error|ERR!)(?: (?:Lifecycle|code|path|command|workspace|A complete log).*)?|.*error Command failed with exit code \d+\.?|==> Exited with status \d+.*|Main child exited.*|.*[Rr]eboot: Power down.*|Starting clean up\.|ELIFECYCLE.*)?\s*$/;
/** What most programs write about a failure in one line. */
const complaint =
  /\b(?:error|fatal|panic|exception|failed|cannot|can't|could not|unable|refused|denied|not found|missing|not set|required|out of memory|timed? ?out)\b/i;

/**
 * What a log says about why a program did not start: the error with its stack, otherwise the last line that complains,
 * otherwise the last line that says anything.
 */
export function explainLog(lines: string[]): LoggedError | undefined {
  const error = findLoggedError(lines);
  if (error) return error;
  const saying = lines.filter(line => !empty.test(line));
  const line = saying.slice(-20).findLast(text => complaint.test(text)) ?? saying.at(-1);
  return line === undefined ? undefined : { error: line.trim(), frames: [] };
}
