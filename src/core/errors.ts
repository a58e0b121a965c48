import { isNativeError } from 'node:util/types';
import type { Finding } from './finding.ts';

/**
 * The gate cannot continue and knows why: bad configuration, a refused token, a vendor's outage. Its findings are all
 * that a person needs. The verdict is `error`, which says nothing about the release.
 */
export class GateError extends Error {
  readonly findings: Finding[];

  constructor(findings: Finding[]) {
    super(findings.map(finding => `${finding.message} ${finding.help}`).join('\n'));
    this.name = 'GateError';
    this.findings = findings;
  }
}

/** Everything works, but the check cannot know what it needs to decide: its verdict is `inconclusive`. */
export class Undecided extends GateError {}

/** A release has a record that cannot be read, so what it changed is unknown. */
export class UnreadableRecord extends GateError {}

/** The message of anything that can be thrown, with its cause, without a stack. */
export function formatError(error: unknown): string {
  if (!isNativeError(error)) return String(error); // `instanceof` would not know an error of another realm
  const inner = 'errors' in error && Array.isArray(error.errors) ? error.errors[0] : error.cause;
  const message = error.message || ('code' in error && String(error.code)) || error.name;
  return isNativeError(inner) && !message.includes(inner.message) ? `${message}: ${formatError(inner)}` : message;
}

/** The message of anything that can be thrown, without the help of its findings. */
export function explainError(error: unknown): string {
  return error instanceof GateError ? error.findings.map(({ message }) => message).join(' ') : formatError(error);
}

/** The code of an error of Node.js or of a library, such as `ENOENT`; undefined where there is none. */
export function getErrorCode(error: unknown): string | undefined {
  return isNativeError(error) && 'code' in error && error.code !== undefined ? String(error.code) : undefined;
}
