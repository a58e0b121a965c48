import { toOneLine } from '../core/one-line.ts';

/** The beginning of a text in one line. Redacts before it cuts, because half a secret would not be recognized. */
export function makeExcerpt(text: string, redact: (text: string) => string = same, length = 160): string {
  if (/[\x00-\x08\x0e-\x1a]/.test(text.slice(0, 1000))) return '(binary data)';
  return toOneLine(text, { redact }, length);
}

function same(text: string): string {
  return text;
}
