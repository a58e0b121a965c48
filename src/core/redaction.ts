import { listSecretForms, shortestForm } from './secret-forms.ts';

/** Knows the secrets of this run and takes them out of any text, in each form they can appear in. */
export class Redactor {
  readonly #forms = new Set<string>();
  /** The forms by how they begin, so that a long text is read once, however many secrets there are. */
  readonly #formsByStart = new Map<string, string[]>();
  /**
   * Which hashes of such beginnings there are: where none is, nothing needs to be cut out of the text to look it up.
   */
  readonly #hashesOfStarts = new Uint8Array(hashes);
  readonly #onForm: (form: string) => void;

  /** `onForm` hears of each new form of a secret once, so that the runner can be told to mask it too. */
  constructor(onForm: (form: string) => void = () => {}) {
    this.#onForm = onForm;
  }

  /** From now on the value is hidden. */
  add(secret: string): void {
    for (const form of listSecretForms(secret)) {
      if (this.#forms.has(form)) continue;
      this.#forms.add(form);
      const start = form.slice(0, shortestForm);
      const longestFirst = [...(this.#formsByStart.get(start) ?? []), form].sort((a, b) => b.length - a.length);
      this.#formsByStart.set(start, longestFirst);
      this.#hashesOfStarts[hashStart(form, 0)] = 1;
      this.#onForm(form);
    }
  }

  /** The text with `***` for each secret; for secrets that touch or overlap, one. */
  redact(text: string): string {
    if (this.#forms.size === 0) return text;
    let redacted = '';
    let copiedTo = 0;
    let hiddenTo = -1;
    for (let at = 0; at <= text.length - shortestForm; at++) {
      if (this.#hashesOfStarts[hashStart(text, at)] === 0) continue;
      const form = this.#formsByStart.get(text.slice(at, at + shortestForm))?.find(form => text.startsWith(form, at));
      if (form === undefined) continue;
      if (at > hiddenTo) redacted += `${text.slice(copiedTo, at)}***`;
      hiddenTo = Math.max(hiddenTo, at + form.length);
      copiedTo = hiddenTo;
    }
    return redacted + text.slice(copiedTo);
  }

  /** A JSON-like value with every string in it redacted, keys included; a copy where there is anything to redact. */
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
