import { randomBytes } from 'node:crypto';

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value when it is a record; an empty one otherwise. */
export function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The entries of a record whose values are strings. */
export function textsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(recordOf(value)).flatMap(([k, v]) => (typeof v === 'string' ? [[k, v]] : [])),
  );
}

/** Random characters of an alphabet, for identifiers that look like the vendor's. */
export function randomText(length: number, alphabet: string): string {
  return [...randomBytes(length)].map(byte => alphabet[byte % alphabet.length] ?? '').join('');
}
