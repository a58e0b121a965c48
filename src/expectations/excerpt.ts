import type { HttpAnswer } from '../clients/http.ts';
import { toOneLine } from '../core/one-line.ts';
import { extractText } from './html-tags.ts';

/** The beginning of a text in one line. Redacts before it cuts, because half a secret would not be recognized. */
export function makeExcerpt(text: string, redact: (text: string) => string = same, length = 160): string {
  if (/[\x00-\x08\x0e-\x1a]/.test(text.slice(0, 1000))) return '(binary data)';
  return toOneLine(text, { redact }, length);
}

/** The beginning of a body. Of a page, its title and text, which say more than its markup. */
export function makeBodyExcerpt({ body, headers }: HttpAnswer, redact: (text: string) => string): string {
  const isPage = /^(text\/html|application\/xhtml)/i.test(headers['content-type'] ?? '');
  return makeExcerpt(isPage ? extractText(body).replace(/\s+/g, ' ').trim() || body : body, redact, isPage ? 400 : 160);
}

function same(text: string): string {
  return text;
}
