import { type Check, concludeFrom, type Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { type Database, explainErrors } from '../database.ts';
import { namesOf } from '../migration.ts';
import { createPlan, type Standing } from '../plan.ts';

export const notAtHead: FindingKind = {
  code: 'schema/not-at-head',
  severity: 'error',
  boundary: 'data',
  meaning: 'After the push, the ledger does not have all migrations of the repository.',
  cause: 'Someone changed the ledger at the same time, or a migration wrote to it.',
  help: 'Find out what else changed the database at this moment, and run the job again.',
};

/** Reads the ledger again after the push and compares it with the repository. */
export function headCheck(database: Database): Check<Standing> {
  const { target } = database;
  return {
    name: `${target.name}.head`,
    boundary: 'data',
    run: () => explainErrors(target, () => verifyHead(database)),
  };
}

async function verifyHead(database: Database): Promise<Outcome<Standing>> {
  const { state, head, pending } = await createPlan(database);
  const value = { head, pending };
  const failed = state.entries.filter(entry => entry.state === 'failed').map(({ id }) => ({ name: id }));
  const missing = [...pending, ...failed];
  if (missing.length === 0) return { ...concludeFrom([], head ? `at ${head}` : 'there are no migrations'), value };
  const { name, place } = database.target;
  const message = `The ledger of ${name} does not have ${namesOf(missing)} as applied.`;
  return { ...concludeFrom([found(notAtHead, { message, place })]), value };
}
