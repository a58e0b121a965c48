import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { Contract } from '../contract.ts';
import { isSecret } from '../secrecy.ts';
import type { ServiceView } from '../service.ts';

const fingerprintSchema = z.strictObject({
  version: z.literal(1),
  environment: z.string(),
  /** By service, each variable that is set; with the keyed hash of its value where it is a secret that could be read. */
  services: z.record(z.string(), z.record(z.string(), z.string().nullable())),
});

/** What an environment has, so that another one can be compared with it. It holds no value. */
export type Fingerprint = z.infer<typeof fingerprintSchema>;

/** An output may be a variable of the next step, which has to stay below 128 KiB; characters. */
const largest = 60_000;

/** Reads what `fingerprintOf` wrote; undefined for anything else. */
export function parseFingerprint(text: string): Fingerprint | undefined {
  try {
    return fingerprintSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // not JSON: the caller says what was expected
  }
}

/** As JSON; empty where it would be too large to pass on. */
export function fingerprintOf(views: ServiceView[], { environment, fingerprintKey }: Contract): string {
  const services = Object.fromEntries(
    views.map(view => [view.service || 'step', Object.fromEntries(entriesOf(view, fingerprintKey))]),
  );
  const text = JSON.stringify({ version: 1, environment, services } satisfies Fingerprint);
  return text.length <= largest ? text : '';
}

function entriesOf({ declarations, variables, all }: ServiceView, key: string): [string, string | null][] {
  return declarations.flatMap(({ variable, declared }) => {
    const value = variables[variable];
    const isThere = Boolean(value?.trim()) || all.some(source => source.get(variable)?.state === 'unreadable');
    if (!isThere) return [];
    const hashed = value && key !== '' && isSecret(variable, declared, value);
    return [[variable, hashed ? hashOf(value, key) : null] as [string, string | null]];
  });
}

/** Without the key nobody can try what values have this hash, however short they are. 96 bits. */
export function hashOf(value: string, key: string): string {
  return createHmac('sha256', key).update(value).digest('hex').slice(0, 24);
}
