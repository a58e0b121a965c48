import { invalidInput } from '../../config/findings.ts';
import type { Outcome } from '../../core/check.ts';
import { explainError, GateError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { suggestName } from '../../core/nearest.ts';
import type { GradedMigration, ReleaseRecord } from '../../core/record.ts';

export const schemaIncompatible: FindingKind = {
  code: 'rollback/schema-incompatible',
  severity: 'error',
  boundary: 'data',
  meaning: 'The database was changed in a way that the old code does not fit any more, so nothing goes back.',
  cause: 'A migration of the release removed, renamed or narrowed something that the old code reads or writes.',
  help: 'Undo it first: apply a new migration that reverses it with push-schema, or restore the backup of before. Then, or when the old code is known to fit, name the migration in the input `despite-migrations`.',
};

export const migrationsNotJudged: FindingKind = {
  code: 'rollback/migrations-not-judged',
  severity: 'warning',
  boundary: 'data',
  meaning: 'Migrations ran since then, and nobody has judged whether the old code fits the database of today.',
  cause: 'Migrations that push-schema did not grade, or that were applied without it.',
  help: 'Compare the migrations that are named with what the old code reads and writes.',
};

export const schemaUnknown: FindingKind = {
  code: 'rollback/schema-unknown',
  severity: 'warning',
  boundary: 'data',
  meaning: 'It is not known which migrations ran since the target was live, so the old code may not fit the database.',
  cause: 'A target that no release record knows, or records that could not be read.',
  help: 'Look at the ledger of the database for migrations that are newer than the target.',
};

/** What ran on the databases since the target was live. */
export interface Since {
  /** The releases to undo, the newest first; the records of push-schema are in them. */
  records: ReleaseRecord[];
  /** Why there may be more than those; undefined where there is none. */
  gap: string | undefined;
}

interface Applied {
  database: string;
  name: string;
  migration: GradedMigration | undefined;
}

/**
 * Whether the code of the target still fits the databases. Migrations that only its user knows to be harmless are named
 * in `despite`. Throws a GateError for a name there that did not run since, since it would excuse nothing.
 */
export function judgeSchema({ records, gap }: Since, despite: string[]): Outcome {
  const applied = appliedIn(records);
  const names = applied.map(({ name }) => name);
  const unknown = despite.filter(name => !names.includes(name));
  if (unknown.length > 0 && gap === undefined) throw new GateError(unknown.map(name => notApplied(name, names)));
  const blocking = applied.filter(({ name, migration }) => !fits(migration) && !despite.includes(name));
  const unjudged = applied.filter(({ name, migration }) => migration === undefined && !despite.includes(name));
  const findings = [
    ...blocking.map(incompatible),
    ...(unjudged.length > 0 ? [found(migrationsNotJudged, { message: `Not judged: ${listed(unjudged)}.` })] : []),
    ...(gap === undefined ? [] : [found(schemaUnknown, { message: gap })]),
  ];
  const excused = applied.filter(({ name }) => despite.includes(name));
  const detail = [
    applied.length === 0 ? 'no migration is known to have run since' : `ran since: ${listed(applied)}`,
    ...(excused.length > 0 ? [`excused by name: ${listed(excused)}`] : []),
  ].join('; ');
  return { verdict: blocking.length > 0 ? 'error' : 'passed', findings, detail };
}

/** The newest first, each once: an attempt that is repeated finds the migrations of the one before applied. */
function appliedIn(records: ReleaseRecord[]): Applied[] {
  const all = new Map<string, Applied>();
  for (const { databases } of records) {
    for (const [database, { applied, migrations = [] }] of Object.entries(databases)) {
      for (const name of applied.toReversed()) {
        const migration = migrations.find(graded => graded.name === name);
        all.set(`${database} ${name}`, { database, name, migration });
      }
    }
  }
  return [...all.values()];
}

function fits(migration: GradedMigration | undefined): boolean {
  return migration === undefined || migration.grade === 'compatible';
}

function incompatible({ database, name, migration }: Applied): Finding {
  const why = migration?.because ? `: ${migration.because}` : '';
  const lost = migration?.grade === 'irreversible' ? ' What it removed is only in a backup.' : '';
  const message = `The migration ${name} of the database ${database} is ${migration?.grade}${why}. The old code does not fit it.${lost}`;
  const help =
    migration?.grade === 'irreversible'
      ? `Restore the backup of before, or mend the release going forward. When the old code is known to fit, name ${name} in the input \`despite-migrations\`.`
      : `Apply a migration that reverses it with push-schema, or restore the backup of before; then name ${name} in the input \`despite-migrations\`.`;
  return found(schemaIncompatible, { message, help });
}

function notApplied(name: string, known: string[]): Finding {
  const message = `The input \`despite-migrations\` names "${name}", which is not known to have run since.`;
  return found(invalidInput, { message, help: suggestName(name, known) });
}

function listed(applied: Applied[]): string {
  return applied.map(({ name }) => name).join(', ');
}

/** The gap that an error leaves when the records were to be read. */
export function gapOf(error: unknown): string {
  return `The records of earlier releases could not be read: ${explainError(error)}`;
}
