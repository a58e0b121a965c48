import { toOneLine } from '../core/one-line.ts';

/** The beginning of an answer in one line, where it is text. `redact` comes first, as `oneLine` has it. */
export function makeExcerpt(text: string, redact: (text: string) => string = same, length = 160): string {
  if (/[\x00-\x08\x0e-\x1a]/.test(text.slice(0, 1000))) return '(bytes that are no text)';
  return toOneLine(text, { redact }, length);
}

function same(text: string): string {
  return text;
}
