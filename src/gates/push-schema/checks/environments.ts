import type { PostgresSession } from '../../../clients/postgres.ts';
import type { PostgresAddress } from '../../../clients/postgres-url.ts';
import { wakePostgres } from '../../../clients/postgres-wake.ts';
import { type Check, concludeFrom, type Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { type Database, explainErrors } from '../database.ts';
import { describeBoth } from '../drift/describe.ts';
import { findDifferences, formatDifferences } from '../drift/difference.ts';

export const environmentsDiffer: FindingKind = {
  code: 'schema/environments-differ',
  severity: 'warning',
  boundary: 'data',
  meaning: 'After the push, the schema differs from that of another environment.',
  cause: 'A change by hand in one of them, or a release that only one of them has received.',
  help: 'Release the same commit to both, and write a migration for each change made by hand.',
};

/** Compares the database with that of another environment, such as staging. */
export function environmentsCheck(database: Database, other: PostgresAddress, context: GateContext): Check {
  const { target } = database;
  const run = async () => {
    const { signal, workspace: folder } = context;
    const session = await wakePostgres(other, { signal, folder, place: target.placeOf('compare-with') });
    try {
      return await compare(database, session);
    } finally {
      await session.close();
    }
  };
  return { name: `${target.name}.environments`, boundary: 'data', run: () => explainErrors(target, run) };
}

async function compare({ target, session }: Database, other: PostgresSession): Promise<Outcome> {
  await session.reset();
  const differences = findDifferences(...(await describeBoth(other, session)));
  const wording = { surplus: `is only in ${target.name}`, missing: 'is only in the other', against: 'in the other' };
  const message = `${target.name} differs from the other environment, ${other.address.name}: ${formatDifferences(differences, wording)}.`;
  const place = target.placeOf('compare-with');
  const findings = differences.length > 0 ? [found(environmentsDiffer, { message, place })] : [];
  return concludeFrom(findings, `compared with ${other.address.name}`);
}
