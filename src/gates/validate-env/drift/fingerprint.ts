import { createHmac } from 'node:crypto';
import { type Check, concludeFrom } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { isSecret } from '../secrecy.ts';
import type { ServiceView } from '../service.ts';
import type { Marks } from './compare.ts';
import type { Fingerprint } from './fingerprint-format.ts';

export const tooLargeFingerprint: FindingKind = {
  code: 'env/fingerprint-too-large',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The output `fingerprint` would be too large to pass to another step, so no other run can compare with it.',
  cause: 'The run covers more variables than one step can receive.',
  help: 'Create several fingerprints, each for some of the services, with the input `services`.',
};

/** Bytes. An output may become a variable of the next step, which must stay below 128 KiB. */
const largest = 60_000;

/** The output `fingerprint`. If it is too large, it names no services, and a check says so. */
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
  const message = `The fingerprint of ${variables} has ${size} bytes, more than the limit of ${largest}, so the output is empty.`;
  const run = () => concludeFrom([found(tooLargeFingerprint, { message })]);
  return { text: write({}), checks: [{ name: 'fingerprint', boundary: 'delivery', run }] };
}

/** The variables that are set, each with its keyed hash where it is a secret and there is a key. */
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

/** Without the key nobody can guess a value from its hash, however short the value is. 96 bits. */
export function hashValue(value: string, key: string): string {
  return createHmac('sha256', key).update(value).digest('hex').slice(0, 24);
}
