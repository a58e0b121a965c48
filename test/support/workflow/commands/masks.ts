const HIDDEN = '***';

/** The runner's secret masker: exact values and the encodings it knows (actions/runner, ValueEncoders.cs). */
export class Masks {
  private readonly values = new Set<string>();

  /** Hides a value, each of its lines, and their encodings. As in the runner, any length is masked. */
  add(value: string): void {
    this.addEncodings(value);
    for (const line of value.split(/[\r\n]+/)) this.addEncodings(line.trim());
  }

  /** Replaces every hidden value; neighbours and overlaps become one `***`. */
  apply(text: string): string {
    let masked = '';
    let copiedTo = 0;
    for (const range of this.ranges(text)) {
      masked += text.slice(copiedTo, range.start) + HIDDEN;
      copiedTo = range.end;
    }
    return masked + text.slice(copiedTo);
  }

  /** Whether a text holds a hidden value; the runner drops such job outputs. */
  hides(text: string): boolean {
    return this.apply(text) !== text;
  }

  private addEncodings(value: string): void {
    if (value.trim() === '') return;
    this.values.add(value);
    for (const encode of ENCODERS) {
      const encoded = encode(value);
      if (encoded !== '') this.values.add(encoded);
    }
  }

  private ranges(text: string): Range[] {
    const found = [...this.values].flatMap(value => occurrences(text, value));
    found.sort((left, right) => left.start - right.start);
    const merged: Range[] = [];
    for (const range of found) {
      const last = merged.at(-1);
      if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
      else merged.push({ ...range });
    }
    return merged;
  }
}

interface Range {
  start: number;
  end: number;
}

function occurrences(text: string, value: string): Range[] {
  const ranges: Range[] = [];
  for (let start = text.indexOf(value); start >= 0; start = text.indexOf(value, start + 1)) {
    ranges.push({ start, end: start + value.length });
  }
  return ranges;
}

const ENCODERS: ((value: string) => string)[] = [
  value => base64(value, 0),
  value => base64(value, 1),
  value => base64(value, 2),
  value => value.replaceAll('"', '\\"'),
  value => value.replaceAll("'", "''"),
  value => JSON.stringify(value).slice(1, -1),
  uriData,
  xml,
  withoutQuotes,
  value => ampersandParts(value).before,
  value => ampersandParts(value).after,
];

/** Base64 of the value behind 0 to 2 leading bytes, as it appears inside the base64 of a longer text. */
function base64(value: string, shift: number): string {
  const bytes = Buffer.from(value);
  return bytes.subarray(bytes.length > shift ? shift : 0).toString('base64');
}

function uriData(value: string): string {
  const escaped = encodeURIComponent(value.toWellFormed());
  return escaped.replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function xml(value: string): string {
  const entities: Record<string, string> = { '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '&': '&amp;' };
  return value.replace(/[<>"'&]/g, char => entities[char] ?? char);
}

function withoutQuotes(value: string): string {
  return value.length > 8 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : '';
}

/** PowerShell prints the parts of a value around `&` (or `&+`) on their own; parts under six characters are left. */
function ampersandParts(value: string): { before: string; after: string } {
  const joined = value.indexOf('&+');
  const split = joined >= 0 ? joined + 2 : value.lastIndexOf('&') + 1;
  if (split === 0) return { before: '', after: '' };
  const after = value.slice(joined >= 0 ? split + 1 : split);
  const longEnough = (part: string) => (part.length >= 6 ? part : '');
  return { before: longEnough(value.slice(0, split)), after: longEnough(after) };
}
