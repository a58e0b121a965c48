import { randomBytes, randomUUID } from 'node:crypto';
import type { Generator } from '../../config/schema/smoke.ts';

const generators: Record<Generator, () => string> = {
  uuid: () => randomUUID(),
  // RFC 2606 keeps example.com for this: no mail to it can reach anyone
  email: () => `smoke-${randomBytes(8).toString('hex')}@example.com`,
  string: () => randomBytes(8).toString('hex'),
};

/** A value that no run had before: a UUID (version 4), an e-mail address, or 16 hexadecimal digits. */
export function generate(generator: Generator): string {
  return generators[generator]();
}
