import type { Redactor } from './redaction.ts';

/**
 * The start of a foreign text, in one line. It is redacted before it is cut, since half a secret is not recognised.
 */
export function toOneLine(text: string, redactor: Pick<Redactor, 'redact'>, length = 200): string {
  const line = redactor.redact(text).replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
