/** One sample of the text format. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

type Series = Omit<Sample, 'value'>;

/** What Go's ParseFloat reads: any case, hexadecimal too (docs: Prometheus, Text-based format). */
const number =
  /[+-]?(?:inf(?:inity)?|nan|0x[\da-f]*\.?[\da-f]*(?:p[+-]?\d+)?|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?![^\s])/iy;
const name = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const quoted = /"((?:[^"\\\n]|\\.)*)"/y;
const blanks = /[ \t]*/y;
const timestamp = /[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy;
/** OpenMetrics: an exemplar, with its own labels, value and time. */
const exemplar = /# ?\{.*\}[ \t]+\S+([ \t]+\S+)?$/y;

/** Reads one line from left to right. Every method returns undefined, and stays where it is, at anything else. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  take(form: RegExp): string | undefined {
    form.lastIndex = this.#at;
    const [found] = form.exec(this.#text) ?? [];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  takeQuoted(): string | undefined {
    const found = this.take(quoted);
    return found?.slice(1, -1).replace(/\\(.)/g, (_, next: string) => (next === 'n' ? '\n' : next));
  }

  skipBlanks(): this {
    this.take(blanks);
    return this;
  }

  takeSign(sign: string): boolean {
    if (this.skipBlanks().#text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }
}

/**
 * Reads the text format of Prometheus 0.0.4 and 1.0.0 and OpenMetrics (docs: Prometheus, Exposition formats; UTF-8 names in
 * quotes stand inside the braces): the samples, or the first line that is not valid.
 */
export function parsePrometheus(text: string): { samples: Sample[] } | { line: number; text: string } {
  const samples: Sample[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const sample = parseSample(line);
    if (!sample) return { line: index + 1, text: line };
    samples.push(sample);
  }
  return { samples };
}

/** The samples that `name`, `name{label="value"}` or `{"name", label="value"}` selects; undefined for any other form. */
export function selectSamples(selector: string, samples: Sample[]): Sample[] | undefined {
  const scanner = new Scanner(selector.trim());
  const series = parseSeries(scanner);
  if (!series || !scanner.isAtEnd) return undefined;
  const wanted = Object.entries(series.labels);
  return samples.filter(
    ({ name, labels }) => name === series.name && wanted.every(([key, value]) => labels[key] === value),
  );
}

function parseSample(line: string): Sample | undefined {
  const scanner = new Scanner(line);
  const series = parseSeries(scanner);
  if (!series) return undefined;
  const value = scanner.skipBlanks().take(number);
  if (value === undefined) return undefined;
  scanner.skipBlanks().take(timestamp);
  scanner.skipBlanks().take(exemplar);
  return scanner.isAtEnd ? { ...series, value: parseNumber(value) } : undefined;
}

function parseSeries(scanner: Scanner): Series | undefined {
  let own = scanner.take(name);
  const labels: [string, string][] = [];
  if (!scanner.takeSign('{')) return own === undefined ? undefined : { name: own, labels: {} };
  while (!scanner.takeSign('}')) {
    const key = scanner.skipBlanks().takeQuoted() ?? scanner.take(name);
    if (key === undefined) return undefined;
    if (scanner.takeSign('=')) {
      const value = scanner.skipBlanks().takeQuoted();
      if (value === undefined) return undefined;
      labels.push([key, value]);
    } else if (own === undefined) own = key;
    else return undefined;
    if (scanner.takeSign(',')) continue;
    if (scanner.takeSign('}')) break;
    return undefined;
  }
  return own === undefined ? undefined : { name: own, labels: Object.fromEntries(labels) };
}

function parseNumber(text: string): number {
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/.exec(text.toLowerCase()) ?? [];
  const size = digits.startsWith('inf')
    ? Number.POSITIVE_INFINITY
    : digits.startsWith('0x')
      ? parseHex(digits)
      : Number(digits);
  return sign === '-' ? -size : size;
}

/** Such as 0x1.8p3: a mantissa in sixteenths, times a power of two. */
function parseHex(text: string): number {
  const [, whole = '', part = '', power = '0'] = /^0x([\da-f]*)\.?([\da-f]*)(?:p([+-]?\d+))?$/.exec(text) ?? [];
  return (Number.parseInt(`${whole}${part}` || '0', 16) / 16 ** part.length) * 2 ** Number(power);
}
