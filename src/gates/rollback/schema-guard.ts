import type { Outcome } from '../../core/check.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { suggestName } from '../../core/nearest.ts';
import type { GradedMigration, ReleaseRecord } from '../../core/record.ts';

export const schemaIncompatible: FindingKind = {
  code: 'rollback/schema-incompatible',
  severity: 'error',
  boundary: 'data',
  meaning: 'The old code does not fit the current schema of the database, so no service goes back.',
  cause: 'A migration of the release removed, renamed or narrowed something that the old code reads or writes.',
  help: 'Apply a migration that reverses it with push-schema, or restore a backup from before it. Then name the migration in the input `despite-migrations`. Do the same if you know that the old code fits.',
};

export const nothingExcused: FindingKind = {
  code: 'rollback/nothing-excused',
  severity: 'warning',
  boundary: 'data',
  meaning: 'The input `despite-migrations` names a migration that did not run since, so the name excuses nothing.',
  cause: 'A typing error, or a migration of another release.',
  help: 'Correct the name if the rollback is refused because of a migration. Otherwise there is nothing to do.',
};

export const migrationsNotJudged: FindingKind = {
  code: 'rollback/migrations-not-judged',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'Migrations ran since the target was live, and nobody has judged whether the old code fits the current schema.',
  cause: 'push-schema did not grade the migrations, or they were applied without it.',
  help: 'Compare the named migrations with what the old code reads and writes.',
};

export const schemaUnknown: FindingKind = {
  code: 'rollback/schema-unknown',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'The gate does not know which migrations ran since the target was live, so the old code may not fit the database.',
  cause: 'No release record mentions the target, or the records could not be read.',
  help: 'Check the ledger of the database for migrations that are newer than the target.',
};

/** What ran on the databases since the target was live. */
export interface Since {
  /** The releases to undo, the newest first. Their records hold the migrations that push-schema applied. */
  records: ReleaseRecord[];
  /** Why more migrations may have run; undefined if these are all. */
  gap: string | undefined;
}

interface Applied {
  database: string;
  name: string;
  migration: GradedMigration | undefined;
}

/** Judges whether the code of the target fits the databases. `despite` names migrations that are known to be harmless. */
export function judgeSchema({ records, gap }: Since, despite: string[]): Outcome {
  const applied = listApplied(records);
  const names = applied.map(({ name }) => name);
  const unknown = despite.filter(name => !names.includes(name));
  const excused = applied.filter(({ name }) => despite.includes(name));
  const counted = applied.filter(({ name }) => !despite.includes(name));
  const blocking = counted.filter(({ migration }) => migration !== undefined && migration.grade !== 'compatible');
  const ungraded = counted.filter(({ migration }) => migration === undefined);
  const findings = [
    ...blocking.map(describeBlocking),
    ...(gap === undefined ? unknown.map(name => describeUnknown(name, names)) : []),
    ...(ungraded.length > 0
      ? [found(migrationsNotJudged, { message: `These migrations have no grade: ${listNames(ungraded)}.` })]
      : []),
    ...(gap === undefined ? [] : [found(schemaUnknown, { message: gap })]),
  ];
  const detail = [
    applied.length === 0 ? 'no migration is known to have run since' : `ran since: ${listNames(applied)}`,
    ...(excused.length > 0 ? [`excused by name: ${listNames(excused)}`] : []),
  ].join('; ');
  return { verdict: blocking.length > 0 ? 'error' : 'passed', findings, detail };
}

/** Each migration once. Where a repeated attempt found it applied, the attempt that applied it says its grade. */
function listApplied(records: ReleaseRecord[]): Applied[] {
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

function describeBlocking({ database, name, migration }: Applied): Finding {
  const why = migration?.because ? `: ${migration.because}` : '';
  const isLost = migration?.grade === 'irreversible';
  const message = `The migration ${name} of the database ${database} is ${migration?.grade}${why}. The old code does not fit it.${isLost ? ' Only a backup has what it removed.' : ''}`;
  const help = isLost
    ? `Restore a backup from before it, or fix the release with a newer one. If you know that the old code fits, name ${name} in the input \`despite-migrations\`.`
    : `Apply a migration that reverses it with push-schema, or restore a backup from before it. Then name ${name} in the input \`despite-migrations\`.`;
  return found(schemaIncompatible, { message, help });
}

function describeUnknown(name: string, known: string[]): Finding {
  const message = `The input \`despite-migrations\` names "${name}", but no such migration is known to have run since.`;
  return found(nothingExcused, { message, help: suggestName(name, known) });
}

function listNames(applied: Applied[]): string {
  return applied.map(({ name }) => name).join(', ');
}
