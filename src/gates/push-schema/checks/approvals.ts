import { invalidInput } from '../../../config/findings.ts';
import { type Check, concludeFrom, type Outcome } from '../../../core/check.ts';
import { GateError } from '../../../core/errors.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { suggestName } from '../../../core/nearest.ts';
import { type Migration, namesOf } from '../migration.ts';

export const needlessApproval: FindingKind = {
  code: 'schema/needless-approval',
  severity: 'warning',
  boundary: 'data',
  meaning: 'The input `approve` names a migration that is already applied, so there is nothing to approve.',
  cause: 'A name that was left in the workflow, or a job that ran again after it had applied the migration.',
  help: 'Remove the name from `approve`, so that it approves nothing by accident.',
};

interface Folder {
  migrations: Migration[];
  pending: Migration[];
}

/** Verifies that each name in the input `approve` is that of a pending migration. */
export function approvalsCheck(approved: string[], folders: Folder[]): Check {
  return { name: 'approvals', boundary: 'data', run: () => checkApprovals(approved, folders) };
}

function checkApprovals(approved: string[], folders: Folder[]): Outcome {
  const all = folders.flatMap(({ migrations }) => migrations.map(({ name }) => name));
  const pending = folders.flatMap(folder => folder.pending.map(({ name }) => name));
  const unknown = approved.filter(name => !all.includes(name));
  if (unknown.length > 0) {
    const findings = unknown.map(name => {
      const message = `The input \`approve\` names the unknown migration ${name}. Nothing was applied.`;
      return found(invalidInput, { message, help: suggestName(name, pending.length > 0 ? pending : all) });
    });
    throw new GateError(findings);
  }
  const applied = approved.filter(name => !pending.includes(name)).map(name => ({ name }));
  if (applied.length === 0) return concludeFrom([], namesOf(approved.map(name => ({ name }))));
  const message = `The input \`approve\` names ${namesOf(applied)}, which ${applied.length === 1 ? 'is' : 'are'} not pending.`;
  return concludeFrom([found(needlessApproval, { message })]);
}
