import { loadPostgresParser } from '../../../../src/clients/postgres-parser.ts';
import type { LiveTable } from '../../../../src/gates/push-schema/catalog/live-tables.ts';
import { type Judged, type JudgeRequest, judge } from '../../../../src/gates/push-schema/judge/judge.ts';
import type { Migration } from '../../../../src/gates/push-schema/migration.ts';

const parser = await loadPostgresParser();

/**
 * Judges scripts as the pending migrations 1, 2, 3, … of a database with these tables; of an unknown one by default.
 */
export function judgeScripts(scripts: string[], request: Partial<JudgeRequest> = {}): Judged[] {
  const migrations = migrationsOf(scripts);
  const settings = { rowLevelSecurity: false, idempotent: false, ...request.settings };
  return judge(parser, migrations, { ...request, settings });
}

export function migrationsOf(scripts: string[]): Migration[] {
  return scripts.map((script, index) => {
    const id = String(index + 1);
    return { id, name: id, path: `${id}.sql`, file: script, script };
  });
}

/** The findings of all scripts as `severity code`. */
export function codes(judgements: Judged[]): string[] {
  return judgements.flatMap(({ findings }) => findings.map(({ severity, code }) => `${severity} ${code}`));
}

const kilobyte = 1024;

/** The table `users` with 200 rows by default, and whatever is said of it. */
export function liveTable(overrides: Partial<LiveTable> = {}): LiveTable {
  const column = (name: string, type: string) => ({ name, type, notNull: false, hasDefault: false });
  return {
    schema: 'public',
    name: 'users',
    bytes: 16 * kilobyte,
    rows: 200,
    rowSecurity: false,
    policies: 0,
    columns: [
      column('id', 'integer'),
      column('email', 'character varying(50)'),
      column('age', 'integer'),
      column('price', 'numeric(10,2)'),
    ],
    indexes: [['id']],
    uniqueIndexes: ['users_pkey'],
    checks: [],
    checkNames: [],
    access: {
      owner: 'app',
      isOwn: true,
      maySetOwner: true,
      rights: ['SELECT', 'INSERT', 'UPDATE', 'REFERENCES', 'DELETE', 'TRUNCATE', 'TRIGGER'],
    },
    ...overrides,
  };
}

/** A table that it takes minutes to rewrite: two million rows. */
export const largeTable = liveTable({ bytes: 300 * 1024 * kilobyte, rows: 2_000_000 });
