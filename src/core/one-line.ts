import type { Redactor } from './redaction.ts';

/**
 * The beginning of what others say, in one line. Redacted before it is cut: half a secret is not recognised any more.
 */
export function toOneLine(text: string, redactor: Pick<Redactor, 'redact'>, length = 200): string {
  const line = redactor.redact(text).replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
