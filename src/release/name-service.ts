import type { Outcome } from '../core/check.ts';
import { GateError } from '../core/errors.ts';
import type { Finding } from '../core/finding.ts';
import { convertError } from '../core/run-checks.ts';
import type { ServiceOptions } from './services.ts';

/** Names in each finding the service that it is about, and its place in the configuration. */
export function nameService(findings: Finding[], { name, place }: Pick<ServiceOptions, 'name' | 'place'>): Finding[] {
  return findings.map(finding => ({
    ...finding,
    message: finding.message.includes(name) ? finding.message : `${name}: ${finding.message}`,
    place: finding.place ?? place,
  }));
}

/** Runs what asks or changes one service. Its findings name the service, also those of a platform that refuses. */
export async function runForService<Value>(
  service: Pick<ServiceOptions, 'name' | 'place'>,
  run: () => Promise<Outcome<Value>>,
): Promise<Outcome<Value>> {
  const outcome = await run().catch((error: unknown): Outcome<Value> => {
    if (!(error instanceof GateError)) throw error;
    return convertError(service, error);
  });
  return { ...outcome, findings: nameService(outcome.findings, service) };
}
