/** Shorter values are not hidden: masking `1` or `dev` would make every log unreadable and protect nothing. */
const shortest = 6;

/**
 * Knows the secrets of this run and takes them out of any text, in each form they can appear in: as is, line by line,
 * percent-encoded and decoded, base64 at each of its three alignments, base64url, escaped for JSON, HTML and the shell,
 * and the password and credentials inside a connection string.
 */
export class Redactor {
  readonly #forms = new Set<string>();
  #pattern: RegExp | undefined;
  readonly #onSecret: (form: string) => void;

  /** `onSecret` hears of each new form once, so that the runner can be told to mask it too. */
  constructor(onSecret: (form: string) => void = () => {}) {
    this.#onSecret = onSecret;
  }

  /** From now on the value is hidden. */
  add(secret: string): void {
    for (const form of formsOf(secret)) {
      if (this.#forms.has(form)) continue;
      this.#forms.add(form);
      this.#pattern = undefined;
      this.#onSecret(form);
    }
  }

  /** The text with `***` for each secret. */
  redact(text: string): string {
    if (this.#forms.size === 0) return text;
    this.#pattern ??= new RegExp(
      [...this.#forms]
        .sort((a, b) => b.length - a.length)
        .map(form => form.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
        .join('|'),
      'g',
    );
    return text.replace(this.#pattern, '***');
  }

  /** A copy of a JSON-like value with every string in it redacted, keys included. */
  redactAll<T>(value: T): T {
    return redactDeep(value, text => this.redact(text)) as T;
  }
}

function redactDeep(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(item => redactDeep(item, redact));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [redact(key), redactDeep(item, redact)]));
}

function formsOf(secret: string): Set<string> {
  const forms = new Set<string>();
  for (const part of [secret, ...secret.split(/\r?\n/), ...credentialsOf(secret)]) {
    const plain = part.trim();
    if (plain.length < shortest) continue;
    for (const form of encodingsOf(plain)) if (form.length >= shortest) forms.add(form);
  }
  return forms;
}

/** The password, and `user:password`, of a URL; also when its password was not percent-encoded as it should be. */
function credentialsOf(text: string): string[] {
  const [, user, password] = /^[a-z][a-z0-9+.-]*:\/\/([^:@/?#]*):(.+)@[^@]*$/is.exec(text.trim()) ?? [];
  if (password === undefined) return [];
  return [password, `${user}:${password}`, decoded(password), `${user}:${decoded(password)}`];
}

function encodingsOf(plain: string): string[] {
  const json = JSON.stringify(plain).slice(1, -1);
  return [
    plain,
    decoded(plain),
    encodeURIComponent(plain),
    encodeURI(plain),
    new URLSearchParams([['', plain]]).toString().slice(1),
    json,
    JSON.stringify(json).slice(1, -1),
    plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    plain.replaceAll("'", "'\\''"),
    ...base64FormsOf(plain),
    Buffer.from(plain).toString('base64url'),
    Buffer.from(plain).toString('hex'),
  ];
}

/** Base64 of a text that holds the secret shows it in one of three ways, by where in a group of three bytes it starts. */
function base64FormsOf(plain: string): string[] {
  const bytes = Buffer.from(plain);
  const whole = bytes.toString('base64');
  const shifted = [1, 2].map(shift => {
    const aligned = bytes.subarray(3 - shift);
    return aligned.subarray(0, aligned.length - (aligned.length % 3)).toString('base64');
  });
  const unshifted = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64');
  return [whole, whole.replace(/=+$/, ''), unshifted, ...shifted].filter(form => form.length >= 8);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // not percent-encoded
  }
}
