import { listSecretForms, shortestForm } from './secret-forms.ts';

/** Knows the secrets of this run and removes them from any text, in each form in which they can appear. */
export class Redactor {
  readonly #forms = new Set<string>();
  /** The forms by their first characters, so that a long text is read once, however many secrets there are. */
  readonly #formsByStart = new Map<string, string[]>();
  /**
   * The hashes of those first characters. Without a hash at a position, no text needs to be cut out and looked up.
   */
  readonly #hashesOfStarts = new Uint8Array(hashes);
  readonly #onForm: (form: string) => void;

  /** `onForm` is called once for each new form of a secret, so that the runner masks it too. */
  constructor(onForm: (form: string) => void = () => {}) {
    this.#onForm = onForm;
  }

  /** Redacts the value from now on. */
  add(secret: string): void {
    for (const form of listSecretForms(secret)) {
      if (this.#forms.has(form)) continue;
      this.#forms.add(form);
      const start = form.slice(0, shortestForm);
      const forms = this.#formsByStart.get(start);
      if (forms) forms.push(form);
      else this.#formsByStart.set(start, [form]);
      this.#hashesOfStarts[hashStart(form, 0)] = 1;
      this.#onForm(form);
    }
  }

  #findLongestForm(text: string, at: number): string | undefined {
    let longest: string | undefined;
    for (const form of this.#formsByStart.get(text.slice(at, at + shortestForm)) ?? [])
      if (form.length > (longest?.length ?? 0) && text.startsWith(form, at)) longest = form;
    return longest;
  }

  /** The text with `***` for each secret, and a single `***` for secrets that touch or overlap. */
  redact(text: string): string {
    if (this.#forms.size === 0) return text;
    let redacted = '';
    let copiedTo = 0;
    let hiddenTo = -1;
    for (let at = 0; at <= text.length - shortestForm; at++) {
      if (this.#hashesOfStarts[hashStart(text, at)] === 0) continue;
      const form = this.#findLongestForm(text, at);
      if (form === undefined) continue;
      if (at > hiddenTo) redacted += `${text.slice(copiedTo, at)}***`;
      hiddenTo = Math.max(hiddenTo, at + form.length);
      copiedTo = hiddenTo;
    }
    return redacted + text.slice(copiedTo);
  }

  /** Redacts every string of a JSON-like value, keys included. Makes a copy only if there is something to redact. */
  redactAll<T>(value: T): T {
    return this.#forms.size === 0 ? value : (redactDeep(value, text => this.redact(text)) as T);
  }
}

const hashes = 2 ** 16;

function hashStart(text: string, from: number): number {
  let hash = 0;
  for (let at = from; at < from + shortestForm; at++) hash = (hash * 31 + text.charCodeAt(at)) % hashes;
  return hash;
}

function redactDeep(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(item => redactDeep(item, redact));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [redact(key), redactDeep(item, redact)]));
}
