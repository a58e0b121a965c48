import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Generator } from '../../config/schema/smoke.ts';
import type { GateContext } from '../../core/context.ts';
import { isTellingName } from './secrets.ts';

/** Generates values that no earlier run had. Masks generated passwords, because they open real accounts. */
export function generateValues(
  generators: Record<string, Generator>,
  { redactor, clock }: Pick<GateContext, 'redactor' | 'clock'>,
): Map<string, string> {
  const now = clock.now();
  const values = new Map(Object.entries(generators).flatMap(([name, generator]) => generate(name, generator, now)));
  for (const [name, value] of values) if (isTellingName(name)) redactor.add(value);
  return values;
}

/**
 * Generates a value, by name: a UUID (version 4), an e-mail address, 16 hexadecimal digits, the time (`now`, in
 * milliseconds since the epoch) in ISO 8601 or in seconds, or the two halves of a PKCE pair (RFC 7636, method S256).
 */
export function generate(name: string, generator: Generator, now: number): [name: string, value: string][] {
  switch (generator) {
    case 'uuid':
      return [[name, randomUUID()]];
    case 'email':
      // RFC 2606 reserves example.com, so nobody can receive mail there
      return [[name, `smoke-${randomBytes(8).toString('hex')}@example.com`]];
    case 'string':
      return [[name, randomBytes(8).toString('hex')]];
    case 'now':
      return [[name, new Date(now).toISOString()]];
    case 'unix-time':
      return [[name, String(Math.floor(now / 1000))]];
    case 'pkce': {
      const { verifier, challenge } = makePkcePair();
      return [
        [`${name}.verifier`, verifier],
        [`${name}.challenge`, challenge],
      ];
    }
  }
}

/** Logs the generated values, so that people can find what a run left behind. */
export function logGenerated(by: string, generated: ReadonlyMap<string, string>, { log }: Pick<GateContext, 'log'>) {
  const values = [...generated].map(([name, value]) => `${name} ${value}`);
  if (values.length > 0) log.info(`${by} generated: ${values.join(', ')}`);
}

/** A proof key for an authorization code (RFC 7636, sections 4.1 and 4.2). */
export function makePkcePair(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}
