import type { CheckResult } from '../../core/check.ts';
import { pluralize } from '../../core/plural.ts';
import type { GradedMigration, ReleaseRecord } from '../../core/record.ts';
import { combineVerdicts } from '../../core/report.ts';
import type { Pushed } from './apply/pushed.ts';
import type { Grades } from './checks/judgement.ts';
import type { Rehearsal } from './checks/rehearsal.ts';
import type { PushSchemaOptions } from './options.ts';

/** How far the gate came with one database. */
export interface Progress extends Pushed {
  /** The database, as the configuration calls it. */
  name: string;
  /** The newest migration that was applied before the gate began. */
  before: string | undefined;
}

/** With several databases, names the database in each of its findings: two may share a folder of migrations. */
export function nameDatabases(checks: CheckResult[], databases: string[]): CheckResult[] {
  if (databases.length < 2) return checks;
  return checks.map(check => {
    const name = databases.find(database => check.name.startsWith(`${database}.`));
    if (name === undefined) return check;
    const findings = check.findings.map(finding =>
      finding.message.split(/[^\w-]+/).includes(name)
        ? finding
        : { ...finding, message: `${name}: ${finding.message}` },
    );
    return { ...check, findings };
  });
}

export function writeHeadline(progress: Progress[], checks: CheckResult[], mode: PushSchemaOptions['mode']): string {
  const applied = progress.reduce((sum, one) => sum + one.applied.length, 0);
  const pending = progress.reduce((sum, one) => sum + one.pending.length, 0);
  const verdict = combineVerdicts(checks);
  if (mode !== 'push') {
    const plan =
      verdict === 'passed'
        ? `${pluralize(pending, 'migration')} to apply.`
        : verdict === 'failed'
          ? 'The migrations cannot be pushed as they are.'
          : 'The gate could not find out whether the migrations can be pushed.';
    return `${plan} Nothing was changed.`;
  }
  const count = pluralize(applied, 'migration');
  if (verdict === 'passed') return applied === 0 ? 'The database is up to date.' : `${count} applied and verified.`;
  const isVerified = pending === 0 && checks.some(({ name }) => name.endsWith('.head'));
  if (isVerified && verdict === 'failed') {
    return `${applied === 0 ? 'Nothing was pending' : `${count} applied`}, but the database does not have what the release needs.`;
  }
  return applied === 0 ? 'No migration was applied.' : `${count} applied before the push stopped.`;
}

export function writeOutputs(progress: Progress[], rehearsal: Rehearsal): Record<string, string> {
  const list = (key: 'applied' | 'pending') =>
    progress.flatMap(one => one[key].map(({ name }) => ({ database: one.name, migration: name })));
  const heads = progress.map(({ name, head }) => [name, head ?? ''] as const);
  const [only] = heads;
  return {
    applied: JSON.stringify(list('applied')),
    pending: JSON.stringify(list('pending')),
    rehearsal: JSON.stringify(rehearsal),
    head: heads.length > 1 ? JSON.stringify(Object.fromEntries(heads)) : (only?.[1] ?? ''),
  };
}

/** A release that runs again keeps what its first run found before it began. */
export function extendRecord(record: ReleaseRecord, progress: Progress[], grades: Grades): ReleaseRecord {
  const entries = progress.map(({ name, before, head, applied }) => {
    const earlier = record.databases[name];
    const start = earlier ? earlier.before : before;
    const names = [...(earlier?.applied ?? []), ...applied.map(migration => migration.name)];
    const graded = [...(earlier?.migrations ?? []), ...listGraded(applied, grades)];
    const ends = { ...(start && { before: start }), ...(head && { after: head }) };
    return [name, { ...ends, applied: names, ...(graded.length > 0 && { migrations: graded }) }];
  });
  return { ...record, databases: { ...record.databases, ...Object.fromEntries(entries) } };
}

function listGraded(migrations: Progress['applied'], grades: Grades): GradedMigration[] {
  return migrations.flatMap(migration => {
    const graded = grades.get(migration);
    if (!graded) return [];
    return [{ name: migration.name, grade: graded.grade, ...(graded.because && { because: graded.because }) }];
  });
}
