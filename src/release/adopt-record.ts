import { invalidInput } from '../config/findings.ts';
import { GateError } from '../core/errors.ts';
import { found } from '../core/finding.ts';
import type { ReleaseRecord } from '../core/record.ts';

/**
 * The record that an earlier step passed on, for this environment. Throws a GateError if it belongs to another
 * environment, because the deployments it names were live there.
 */
export function adoptRecord(environment: string, record: ReleaseRecord): ReleaseRecord {
  if (environment === '' || record.environment === '' || record.environment === environment) {
    return { ...record, environment: environment || record.environment };
  }
  const message = `The input \`record\` belongs to a release to ${record.environment}, and this step is for ${environment}.`;
  const help = 'Pass the output `record` of a gate of the same release, or leave the input out.';
  throw new GateError([found(invalidInput, { message, help })]);
}

/** Whether a release began to change something, or tried to. Gates that only look leave a record behind, too. */
export function hasBegun({ gates, services, databases }: ReleaseRecord): boolean {
  return (
    gates.some(({ gate }) => gate === 'deploy') ||
    Object.keys(services).length > 0 ||
    Object.values(databases).some(({ applied }) => applied.length > 0)
  );
}
