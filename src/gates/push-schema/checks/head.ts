import { type Check, concludeFrom, type Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import type { Database } from '../database.ts';
import { namesOf } from '../migration.ts';

export const notAtHead: FindingKind = {
  code: 'schema/not-at-head',
  severity: 'error',
  boundary: 'data',
  meaning: 'After the push, the ledger does not have all the migrations of the repository.',
  cause: 'Someone changed the ledger at the same time, or a migration wrote to it.',
  help: 'Look at what else has changed the database at this moment, and run the job again.',
};

/** Reads the ledger once more, as it is after the push, and looks whether it has all that the repository has. */
export function headCheck(database: Database): Check {
  return {
    name: `${database.target.name}.head`,
    boundary: 'data',
    run: () => database.explaining(() => atHead(database)),
  };
}

async function atHead(database: Database): Promise<Outcome> {
  const { state, pending } = await database.plan();
  const failed = state.entries.filter(entry => entry.state === 'failed').map(({ id }) => ({ name: id }));
  const missing = [...pending, ...failed];
  if (missing.length === 0) return concludeFrom([], `at ${database.head ?? 'the start: there are no migrations'}`);
  const message = `The ledger of ${database.target.name} does not have ${namesOf(missing)} as applied.`;
  return concludeFrom([found(notAtHead, { message, place: database.target.place })]);
}
