import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { type Check, concludeFrom } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { isSecret } from '../secrecy.ts';
import type { ServiceView } from '../service.ts';
import type { Marks } from './compare.ts';

const fingerprintSchema = z.strictObject({
  version: z.literal(1),
  environment: z.string(),
  /**
   * By service, each variable that is set; with the keyed hash of its value where it is a secret that could be read.
   */
  services: z.record(z.string(), z.record(z.string(), z.string().nullable())),
});

/** What an environment has, so that another one can be compared with it. It holds no value. */
export type Fingerprint = z.infer<typeof fingerprintSchema>;

export const tooLargeFingerprint: FindingKind = {
  code: 'env/fingerprint-too-large',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The output `fingerprint` would be too large to be passed on, so no other run can compare with it.',
  cause: 'Far more variables than a step can be given.',
  help: 'Make several fingerprints, each of some of the services, by the input `services`.',
};

/** An output may be a variable of the next step, which has to stay below 128 KiB; bytes. */
const largest = 60_000;

/** Reads what `writtenFingerprint` wrote; undefined for anything else. */
export function parseFingerprint(text: string): Fingerprint | undefined {
  try {
    return fingerprintSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // not JSON: the caller says what was expected
  }
}

/** The output `fingerprint`, and a check that says so where it is too large: then it has no service to compare with. */
export function writeFingerprint(
  views: ServiceView[],
  { environment, fingerprintKey }: { environment: string; fingerprintKey: string },
): { text: string; checks: Check[] } {
  const services = Object.fromEntries(
    views.map(view => [view.service || 'step', Object.fromEntries(markVariables(view, fingerprintKey))]),
  );
  const write = (written: Fingerprint['services']) =>
    JSON.stringify({ version: 1, environment, services: written } satisfies Fingerprint);
  const text = write(services);
  const size = Buffer.byteLength(text);
  if (size <= largest) return { text, checks: [] };
  const variables = pluralize(Object.values(services).flatMap(Object.keys).length, 'variable');
  const message = `The fingerprint of ${variables} has ${size} bytes, and ${largest} can be passed on: the output names none of them.`;
  const run = () => concludeFrom([found(tooLargeFingerprint, { message })]);
  return { text: write({}), checks: [{ name: 'fingerprint', boundary: 'delivery', run }] };
}

/** What a fingerprint holds of one service. */
export function markVariables({ declarations, variables, all }: ServiceView, key: string): Marks {
  const marks: [string, string | null][] = declarations.flatMap(({ variable, declared }) => {
    const value = variables[variable];
    const isSet = Boolean(value?.trim()) || all.some(source => source.get(variable)?.state === 'unreadable');
    if (!isSet) return [];
    const hashed = value && key !== '' && isSecret(variable, declared, value);
    return [[variable, hashed ? hashValue(value, key) : null]];
  });
  return new Map(marks);
}

/** Without the key nobody can try what values have this hash, however short they are. 96 bits. */
export function hashValue(value: string, key: string): string {
  return createHmac('sha256', key).update(value).digest('hex').slice(0, 24);
}
