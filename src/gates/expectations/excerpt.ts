/** The beginning of a text in one line. `redact` comes first: half a secret is not recognised any more. */
export function excerpt(text: string, redact: (text: string) => string = same, length = 160): string {
  const line = redact(text).replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

function same(text: string): string {
  return text;
}
