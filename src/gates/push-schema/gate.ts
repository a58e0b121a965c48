import type { Check, CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { pluralize } from '../../core/plural.ts';
import type { GradedMigration, ReleaseRecord } from '../../core/record.ts';
import { combineVerdicts, type GateReport } from '../../core/report.ts';
import { runChecks } from '../../core/run-checks.ts';
import { approvalsCheck } from './checks/approvals.ts';
import { environmentsCheck } from './checks/environments.ts';
import { guardsCheck } from './checks/guards.ts';
import { headCheck } from './checks/head.ts';
import { judgementCheck } from './checks/judgement.ts';
import { ledgerCheck } from './checks/ledger.ts';
import { lintsCheck } from './checks/lints.ts';
import { pushCheck } from './checks/push.ts';
import { rehearsalCheck } from './checks/rehearsal.ts';
import { requirementChecks } from './checks/requirements.ts';
import type { Database } from './database.ts';
import type { Graded } from './judge/grade.ts';
import type { Migration } from './migration.ts';
import type { PushSchemaOptions } from './options.ts';
import { sayWhichDatabase } from './which-database.ts';

/** Plans every database, then pushes and verifies one after the other; the first that does not pass ends it. */
export async function pushSchema(options: PushSchemaOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const databases: Database[] = [];
  try {
    const checks = await runChecks(
      options.targets.map(target => ledgerCheck(target, context, database => databases.push(database))),
      context,
    );
    if (options.guards) checks.push(...(await runChecks([guardsCheck(context.workspace)], context)));
    const inOrder = options.targets.flatMap(target => databases.filter(database => database.target === target));
    const { approved = [], environmentApproval = async () => undefined } = options;
    const approvals = { approved, environmentApproval: options.mode === 'push' ? environmentApproval : undefined };
    if (approved.length > 0 && inOrder.length === options.targets.length) {
      checks.push(...(await runChecks([approvalsCheck(approved, inOrder)], context)));
    }
    const toJudge = inOrder.filter(({ pending }) => pending.length > 0);
    checks.push(
      ...(await runChecks(
        toJudge.map(database => judgementCheck(database, approvals)),
        context,
      )),
    );
    const rehearsals = inOrder
      .filter(({ target, pending }) => target.drift || (options.mode === 'rehearse' && pending.length > 0))
      .map(database => rehearsalCheck(database, options.mode === 'rehearse', context));
    checks.push(...(await runToTheEnd(rehearsals, { ...context, concurrency: 2 })));
    for (const database of inOrder) {
      if (combineVerdicts(checks) !== 'passed') break;
      checks.push(...(await release(database, options, context)));
    }
    return {
      gate: 'push-schema',
      verdict: combineVerdicts(checks),
      headline: headlineOf(inOrder, checks, options),
      checks: sayWhichDatabase(
        checks,
        options.targets.map(({ name }) => name),
      ),
      outputs: outputsOf(inOrder),
      record: options.mode === 'push' ? recordOf(options.record, inOrder) : options.record,
      startedAt,
      finishedAt: context.clock.now(),
    };
  } finally {
    await Promise.all(databases.map(database => database.session.close()));
  }
}

/** Pushes what is pending and verifies the outcome; in mode `check`, verifies a database that is up to date. */
async function release(database: Database, options: PushSchemaOptions, context: GateContext): Promise<CheckResult[]> {
  const { mode, lockWait = 10_000 } = options;
  const results: CheckResult[] = [];
  if (database.pending.length > 0 || database.needsBaseline) {
    if (mode !== 'push') return [];
    results.push(...(await runToTheEnd([pushCheck(database, lockWait, context)], context)));
    if (combineVerdicts(results) !== 'passed') return results;
  }
  const verification = [headCheck(database), ...requirementChecks(database), lintsCheck(database)];
  if (database.target.compareWith) verification.push(environmentsCheck(database, context));
  results.push(...(await runChecks(verification, { ...context, concurrency: 1 })));
  return results;
}

/**
 * A push that is cancelled rolls back before it ends, and what it has applied belongs into the report; a rehearsal
 * removes its scratch database. Their sessions hear of the cancellation, and the checks are waited for.
 */
function runToTheEnd(checks: Check[], context: Parameters<typeof runChecks>[1]): Promise<CheckResult[]> {
  return runChecks(checks, { ...context, signal: new AbortController().signal });
}

function headlineOf(databases: Database[], checks: CheckResult[], { mode }: PushSchemaOptions): string {
  const applied = databases.reduce((sum, database) => sum + database.applied.length, 0);
  const pending = databases.reduce((sum, database) => sum + database.pending.length, 0);
  const migrations = (count: number) => pluralize(count, 'migration');
  const passed = combineVerdicts(checks) === 'passed';
  if (mode !== 'push') {
    const plan = passed
      ? `${migrations(pending)} to apply.`
      : combineVerdicts(checks) === 'failed'
        ? 'The migrations cannot be pushed as they are.'
        : 'Whether the migrations can be pushed is not known.';
    return `${plan} Nothing was changed.`;
  }
  if (passed) {
    return applied === 0 ? 'The database is up to date.' : `${migrations(applied)} applied and verified.`;
  }
  const verified = pending === 0 && checks.some(({ name }) => name.endsWith('.head'));
  if (verified && combineVerdicts(checks) === 'failed') {
    return `${applied === 0 ? 'Nothing was pending' : `${migrations(applied)} applied`}, and the database is not as the release needs it.`;
  }
  return applied === 0 ? 'No migration was applied.' : `${migrations(applied)} applied before it stopped.`;
}

function outputsOf(databases: Database[]): Record<string, string> {
  const list = (of: 'applied' | 'pending') =>
    databases.flatMap(database =>
      database[of].map(({ name }) => ({ database: database.target.name, migration: name })),
    );
  const heads = databases.map(({ target, head }) => [target.name, head ?? ''] as const);
  const [only] = heads;
  return {
    applied: JSON.stringify(list('applied')),
    pending: JSON.stringify(list('pending')),
    rehearsal: JSON.stringify(
      databases.flatMap(({ target, rehearsed }) => rehearsed.map(one => ({ database: target.name, ...one }))),
    ),
    head: heads.length > 1 ? JSON.stringify(Object.fromEntries(heads)) : (only?.[1] ?? ''),
  };
}

/** A release that is run a second time keeps what was before its first run. */
function recordOf(record: ReleaseRecord, databases: Database[]): ReleaseRecord {
  const entries = databases.map(({ target, before, head, applied, grades }) => {
    const earlier = record.databases[target.name];
    const start = earlier ? earlier.before : before;
    const names = [...(earlier?.applied ?? []), ...applied.map(({ name }) => name)];
    const graded = [...(earlier?.migrations ?? []), ...applied.flatMap(migration => gradedOf(migration, grades))];
    const ends = { ...(start && { before: start }), ...(head && { after: head }) };
    return [target.name, { ...ends, applied: names, ...(graded.length > 0 && { migrations: graded }) }];
  });
  return { ...record, databases: { ...record.databases, ...Object.fromEntries(entries) } };
}

function gradedOf({ id, name }: Migration, grades: Map<string, Graded>): GradedMigration[] {
  const graded = grades.get(id);
  return graded ? [{ name, grade: graded.grade, ...(graded.because && { because: graded.because }) }] : [];
}
