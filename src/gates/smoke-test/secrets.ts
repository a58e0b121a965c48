/** Names of values that no log should show. */
const telling = /token|secret|password|passwd|api-?key|authorization|cookie|session/i;

/** The header of a JSON Web Token is the base64url of an object, so it begins with that of `{"`. */
const jsonWebToken = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g;

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

/** The JSON Web Tokens in a text. */
export function tokensIn(text: string): string[] {
  const tokens = text.match(jsonWebToken);
  return tokens ? [...new Set(tokens)] : [];
}
