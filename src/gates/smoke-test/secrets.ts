/** Names of values that no log should show. */
const telling = /token|secret|password|passwd|api-?key|authorization|cookie|session/i;

/** The header of a JSON Web Token is the base64url of an object, so it begins with that of `{"`. */
const beginning = 'eyJ';
const header = /\beyJ[\w-]{8}/;
const shortestPayload = 8;

/** Shorter values under a telling name are kinds (`Bearer`) and counts rather than secrets. */
const shortest = 8;

export function isTellingName(name: string): boolean {
  return telling.test(name);
}

/** Whether a captured value must be masked although the step does not say so. */
export function looksSecret(name: string, value: unknown): value is string {
  return typeof value === 'string' && ((isTellingName(name) && value.length >= shortest) || tokensIn(value).length > 0);
}

/** A text in JSON without the texts in it that their names call secrets; for what is quoted of an answer. */
export function withoutTellingValues(text: string): string {
  return text.replace(/"([\w.-]{1,100})"\s*:\s*"(?:[^"\\]|\\.)*"/g, (pair, name: string) =>
    isTellingName(name) ? `"${name}":"***"` : pair,
  );
}

/**
 * The JSON Web Tokens in a text. One expression for a whole token would read a hostile text again from each beginning.
 */
export function tokensIn(text: string): string[] {
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
