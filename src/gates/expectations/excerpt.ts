/** The beginning of a text in one line. `redact` comes first: half a secret is not recognised any more. */
export function excerpt(text: string, redact: (text: string) => string = same, length = 160): string {
  if (/[\x00-\x08\x0e-\x1a]/.test(text.slice(0, 1000))) return '(bytes that are no text)';
  const line = redact(text).replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

function same(text: string): string {
  return text;
}
