import { type PostgresSession, ScriptError } from '../../../clients/postgres.ts';
import { type Check, concludeFrom, type Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { explainFailure } from '../apply/failure.ts';
import { type Database, explainErrors } from '../database.ts';
import { describeBoth } from '../drift/describe.ts';
import { findDifferences, formatDifferences } from '../drift/difference.ts';
import type { Migration } from '../migration.ts';
import type { Planned } from '../plan.ts';
import { type Rehearsed, rehearse, replay } from '../rehearse/rehearse.ts';
import { openScratch } from '../rehearse/scratch.ts';

export const drift: FindingKind = {
  code: 'schema/drift',
  severity: 'warning',
  boundary: 'data',
  meaning: 'The live schema differs from what its applied migrations produce.',
  cause: 'A change by hand or in a dashboard, `prisma db push`, or a migration that was edited after it was applied.',
  help: 'Write a migration for what the database has, or undo the change.',
};

const driftWording = { surplus: 'exists, but should not', missing: 'is missing', against: 'should be' };

/** Milliseconds for all migrations of a project, from the first one on. */
const patience = 15 * 60 * 1000;

/** What the rehearsed statements did, each with its database. */
export type Rehearsal = ({ database: string } & Rehearsed)[];

/**
 * Applies the migrations that the database already has to a scratch database and compares the live schema with the
 * result. With `includePending`, then applies the pending ones there and logs the locks that each statement takes.
 */
export function rehearsalCheck(planned: Planned, includePending: boolean, context: GateContext): Check<Rehearsal> {
  const { target } = planned.database;
  return {
    name: `${target.name}.${includePending ? 'rehearsal' : 'drift'}`,
    boundary: 'data',
    deadline: patience,
    run: async () => {
      const scratch = await openScratch(target, context);
      const trial = { ...planned, scratch: scratch.session };
      let left: Finding[] = [];
      let outcome: Outcome<Rehearsal>;
      try {
        outcome = await explainErrors(target, async () => {
          const compared = await compareApplied(trial);
          return includePending && compared.verdict === 'passed' ? rehearsePending(trial, compared, context) : compared;
        });
      } finally {
        left = await scratch.drop();
        for (const { message } of left) context.log.info(message); // where the check throws, nothing else tells
      }
      return { ...outcome, findings: [...outcome.findings, ...left] };
    },
  };
}

interface Trial extends Planned {
  scratch: PostgresSession;
}

async function compareApplied({ database, plan, scratch }: Trial): Promise<Outcome<Rehearsal>> {
  const pending = new Set(plan.pending);
  const applied = database.migrations.filter(migration => !pending.has(migration));
  for (const migration of applied) {
    const tried = await tryMigration(migration, async () => {
      await replay(scratch, migration);
      return [];
    });
    if ('failure' in tried) return tried.failure;
  }
  return concludeFrom(await findDrift(database, scratch), `${pluralize(applied.length, 'migration')} compared`);
}

async function rehearsePending(trial: Trial, compared: Outcome, context: GateContext): Promise<Outcome<Rehearsal>> {
  const { database, plan, scratch } = trial;
  const { name } = database.target;
  const rehearsal: Rehearsal = [];
  for (const migration of plan.pending) {
    const tried = await tryMigration(migration, () => rehearse(scratch, migration, context.clock));
    if ('failure' in tried) return { ...tried.failure, value: rehearsal };
    for (const line of describeLocks(tried.statements)) context.log.info(`${name}: ${migration.name}: ${line}`);
    rehearsal.push(...tried.statements.map(statement => ({ database: name, ...statement })));
  }
  return { ...concludeFrom(compared.findings, `${plan.pending.length} rehearsed`), value: rehearsal };
}

type Tried = { statements: Rehearsed[] } | { failure: Outcome<never> };

async function tryMigration(migration: Migration, work: () => Promise<Rehearsed[]>): Promise<Tried> {
  try {
    return { statements: await work() };
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    return { failure: explainFailure(migration, error, '') };
  }
}

async function findDrift({ target, session }: Database, scratch: PostgresSession): Promise<Finding[]> {
  await scratch.reset();
  await session.reset();
  const differences = findDifferences(...(await describeBoth(scratch, session)));
  if (differences.length === 0) return [];
  const message = `${target.name} differs from its migrations: ${formatDifferences(differences, driftWording)}.`;
  return [found(drift, { message, place: target.place })];
}

/** A line for each statement of a migration. */
function describeLocks(statements: Rehearsed[]): string[] {
  return statements.map(({ statement, milliseconds, locks }, index) => {
    const held = statements.slice(0, index).some(earlier => earlier.locks.length > 0);
    const none = held ? 'no further lock' : 'no lock that blocks anyone';
    const taken = locks.map(({ table, mode }) => `${mode} on ${table}`).join(', ') || none;
    return `"${statement}" took ${taken}, ${formatDuration(milliseconds)}`;
  });
}
