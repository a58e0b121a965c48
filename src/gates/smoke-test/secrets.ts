/** Names of values that a log must not show. */
const telling = /token|secret|password|passwd|api-?key|authorization|cookie|session/i;

/** The header of a JSON Web Token is a JSON object in base64url, so it begins with the encoding of `{"`. */
const beginning = 'eyJ';
const header = /\beyJ[\w-]{8}/;
const shortestPayload = 8;

/** Shorter values under such a name are types (`Bearer`) or counts, not secrets. */
const shortest = 8;

export function isTellingName(name: string): boolean {
  return telling.test(name);
}

/** Whether to mask a captured value by default. */
export function looksSecret(name: string, value: unknown): value is string {
  return (
    typeof value === 'string' && ((isTellingName(name) && value.length >= shortest) || findTokens(value).length > 0)
  );
}

/** JSON text with `***` for values whose name suggests a secret, to quote from an answer. */
export function redactTellingValues(text: string): string {
  return text.replace(/"([\w.-]{1,100})"\s*:\s*"(?:[^"\\]|\\.)*"/g, (pair, name: string) =>
    isTellingName(name) ? `"${name}":"***"` : pair,
  );
}

/** The JSON Web Tokens in a text. One regular expression for a whole token would take quadratic time on hostile text. */
export function findTokens(text: string): string[] {
  if (!text.includes(beginning)) return [];
  const tokens = new Set<string>();
  for (const [run] of text.matchAll(/[\w.-]+/g)) {
    const parts = run.split('.');
    for (let at = 0; at + 2 < parts.length; at++) {
      const [first = '', payload = '', signature = ''] = parts.slice(at, at + 3);
      const start = payload.length < shortestPayload ? -1 : first.search(header);
      if (start < 0) continue;
      tokens.add(`${first.slice(start)}.${payload}.${signature}`);
      at += 2;
    }
  }
  return [...tokens];
}
