import { ScriptError } from '../../../clients/postgres.ts';
import { type Check, concludeFrom, type Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { outcomeOfFailure } from '../apply/failure.ts';
import type { Database } from '../database.ts';
import { describe } from '../drift/describe.ts';
import { differences, sentences } from '../drift/difference.ts';
import { rehearse } from '../rehearse/rehearse.ts';
import { openScratch, type Scratch } from '../rehearse/scratch.ts';

export const drift: FindingKind = {
  code: 'schema/drift',
  severity: 'warning',
  boundary: 'data',
  meaning: 'The live schema is not what the migrations that were applied to it produce.',
  cause: 'A change by hand or in a dashboard, `prisma db push`, or a migration that was edited after it was applied.',
  help: 'Write a migration that says what is there, or undo the change.',
};

const asItShould = { surplus: 'is there, and should not be', missing: 'is missing', against: 'should be' };

/** Milliseconds for all migrations of a project, from the first one on. */
const patience = 15 * 60 * 1000;

/**
 * Makes the schema that the applied migrations produce, in a scratch database, and holds the live one against it; in
 * mode `rehearse` then applies the pending ones there, and tells the locks that each statement takes.
 */
export function rehearsalCheck(database: Database, pendingToo: boolean, context: GateContext): Check {
  return {
    name: `${database.target.name}.${pendingToo ? 'rehearsal' : 'drift'}`,
    boundary: 'data',
    deadline: patience,
    run: async () => {
      const scratch = await openScratch(database.target, context);
      try {
        return await database.explaining(() => run(database, scratch, pendingToo, context));
      } finally {
        await scratch.drop();
      }
    },
  };
}

async function run(
  database: Database,
  { session }: Scratch,
  pendingToo: boolean,
  context: GateContext,
): Promise<Outcome> {
  const { migrations, pending, target } = database;
  const applied = migrations.filter(migration => !pending.includes(migration));
  for (const migration of [...applied, ...(pendingToo ? pending : [])]) {
    if (migration === pending[0]) await compare();
    try {
      const statements = await rehearse(session, migration, context.clock);
      if (!pending.includes(migration)) continue;
      database.rehearsed.push(...statements);
      for (const [index, { statement, milliseconds, locks }] of statements.entries()) {
        const held = statements.slice(0, index).some(earlier => earlier.locks.length > 0);
        const none = held ? 'no further lock' : 'no lock that blocks anyone';
        const taken = locks.map(({ table, mode }) => `${mode} on ${table}`).join(', ') || none;
        context.log.info(
          `${target.name}: ${migration.name}: "${statement}" took ${taken}, ${formatDuration(milliseconds)}`,
        );
      }
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      return outcomeOfFailure(migration, error, '');
    }
  }
  const findings = database.drift ?? (await compare());
  return concludeFrom(
    findings,
    pendingToo ? `${pending.length} rehearsed` : `${pluralize(applied.length, 'migration')} compared`,
  );

  async function compare(): Promise<Finding[]> {
    await session.reset();
    await database.session.reset();
    const list = differences(await describe(session), await describe(database.session));
    const message = `${target.name} differs from its migrations: ${sentences(list, asItShould)}.`;
    database.drift = list.length > 0 ? [found(drift, { message, place: target.place })] : [];
    return database.drift;
  }
}
