/** One sample of the text format. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\.)*"';
const series = `(?<name>${name})(?:\\{\\s*(?<labels>(?:${label}(?:\\s*,\\s*${label})*\\s*,?)?)\\s*\\})?`;
const sampleLine = new RegExp(
  `^${series}\\s+(?<value>[+-]?(?:Inf|NaN|\\d[\\d.]*(?:[eE][+-]?\\d+)?|\\.\\d+(?:[eE][+-]?\\d+)?))(?:\\s+-?[\\d.]+)?(?:\\s+#\\s.*)?$`,
);
const selectorForm = new RegExp(`^${series}$`);
const eachLabel = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\.)*)"/g;

/**
 * Reads the text format of Prometheus 0.0.4 and OpenMetrics (docs: Prometheus, Exposition formats): the samples, or the
 * first line that is not valid.
 */
export function parsePrometheus(text: string): { samples: Sample[] } | { line: number; text: string } {
  const samples: Sample[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const { groups } = sampleLine.exec(line) ?? {};
    if (!groups?.name || groups.value === undefined) return { line: index + 1, text: line };
    samples.push({ name: groups.name, labels: parseLabels(groups.labels), value: parseNumber(groups.value) });
  }
  return { samples };
}

/** The samples that `name` or `name{label="value"}` selects; undefined for any other form of selector. */
export function selectSamples(selector: string, samples: Sample[]): Sample[] | undefined {
  const { groups } = selectorForm.exec(selector.trim()) ?? {};
  if (!groups?.name) return undefined;
  const wanted = Object.entries(parseLabels(groups.labels));
  return samples.filter(
    ({ name, labels }) => name === groups.name && wanted.every(([key, value]) => labels[key] === value),
  );
}

function parseLabels(text = ''): Record<string, string> {
  const plain = (value: string) => value.replace(/\\(.)/g, (_, next: string) => (next === 'n' ? '\n' : next));
  return Object.fromEntries([...text.matchAll(eachLabel)].map(([, key = '', value = '']) => [key, plain(value)]));
}

function parseNumber(text: string): number {
  if (/Inf$/.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text.replace(/^\+/, ''));
}
