import { invalidInput } from '../../../config/findings.ts';
import { type Check, concludeFrom, type Outcome } from '../../../core/check.ts';
import { GateError } from '../../../core/errors.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { suggestName } from '../../../core/nearest.ts';
import type { Database } from '../database.ts';
import { namesOf } from '../migration.ts';

export const needlessApproval: FindingKind = {
  code: 'schema/needless-approval',
  severity: 'warning',
  boundary: 'data',
  meaning: 'The input `approve` names a migration that is applied already, so there is nothing to approve.',
  cause: 'A name that was left in the workflow, or a job that was run again after it had applied the migration.',
  help: 'Take the name out of `approve`, so that it approves nothing by accident.',
};

type Planned = Pick<Database, 'migrations' | 'pending'>;

/** Holds the names of the input `approve` against what is pending: an approval of nothing is a misunderstanding. */
export function approvalsCheck(approved: string[], databases: Planned[]): Check {
  return { name: 'approvals', boundary: 'data', run: () => approvals(approved, databases) };
}

function approvals(approved: string[], databases: Planned[]): Outcome {
  const all = databases.flatMap(({ migrations }) => migrations.map(({ name }) => name));
  const pending = databases.flatMap(database => database.pending.map(({ name }) => name));
  const unknown = approved.filter(name => !all.includes(name));
  if (unknown.length > 0) {
    const findings = unknown.map(name => {
      const message = `The input \`approve\` names the migration ${name}, which is not among those of this run. Nothing was applied.`;
      return found(invalidInput, { message, help: suggestName(name, pending.length > 0 ? pending : all) });
    });
    throw new GateError(findings);
  }
  const applied = approved.filter(name => !pending.includes(name)).map(name => ({ name }));
  if (applied.length === 0) return concludeFrom([], namesOf(approved.map(name => ({ name }))));
  const message = `The input \`approve\` names ${namesOf(applied)}, which ${applied.length === 1 ? 'is' : 'are'} not pending.`;
  return concludeFrom([found(needlessApproval, { message })]);
}
