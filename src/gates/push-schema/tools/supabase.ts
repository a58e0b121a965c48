import { posix } from 'node:path';
import type { PostgresSession } from '../../../clients/postgres.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { editedAfterApplied } from '../ledger-rules/edited-after-applied.ts';
import { notInRepository } from '../ledger-rules/not-in-repository.ts';
import { outOfOrder } from '../ledger-rules/out-of-order.ts';
import { wayBack } from '../ledger-rules/way-back.ts';
import type { Migration } from '../migration.ts';
import { splitStatements } from '../sql/statements.ts';
import { createSchema, unlessMissing } from './catalog-queries.ts';
import { computeChecksum } from './checksum.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import { readEach, readScript } from './script.ts';
import { type Layout, ownLockKey, type Tool } from './tool.ts';

export const skippedFile: FindingKind = {
  code: 'schema/skipped-file',
  severity: 'warning',
  boundary: 'data',
  meaning: 'Neither this gate nor the Supabase CLI applies a SQL file, since its name is not that of a migration.',
  cause: 'A file written by hand, without the version that `supabase migration new` puts first.',
  help: 'Name it <version>_<name>.sql, such as 20260131120000_add_orders.sql, or move it out of the folder.',
};

export const duplicateVersion: FindingKind = {
  code: 'schema/duplicate-version',
  severity: 'error',
  boundary: 'data',
  meaning: 'Two migrations have the same version, so the ledger can only record one of them.',
  cause: 'Two branches that each made a migration in the same second, or a file that was copied.',
  help: 'Give a later version to the one that is not applied yet.',
};

/** supabase/cli apps/cli-go/pkg/migration/file.go and list.go */
const filePattern = /^([0-9]+)_(.*)\.sql$/;
/** `supabase migration new` writes 14 digits; in a folder called supabase/migrations the CLI takes any number. */
const timestampLength = 14;
const formerInit = /^([0-9]{14})_init\.sql$/;

/** `<version>_<name>.sql`, in the order of the file names. */
const layout: Layout = {
  fits: (entries, { path }) => {
    const versions = entries.flatMap(entry => (entry.isDirectory() ? [] : (filePattern.exec(entry.name)?.[1] ?? [])));
    const isHome = /(^|\/)supabase\/migrations$/.test(path);
    return versions.some(version => isHome || version.length === timestampLength);
  },

  isMigration: file => filePattern.test(file) && !file.includes('/'),

  read: async (entries, { workspace, path }) => {
    const files = entries.filter(entry => !entry.isDirectory() && entry.name.endsWith('.sql')).map(({ name }) => name);
    const isMigration = (file: string) => filePattern.test(file) && !(file === files[0] && isFormerInit(file));
    const migrations = await readEach(files.filter(isMigration), async (file): Promise<Migration> => {
      const script = posix.join(path, file);
      const id = filePattern.exec(file)?.[1] ?? file;
      const text = await readScript(workspace, script);
      return { id, name: file.slice(0, -'.sql'.length), path: script, file: text, script: text };
    });
    const skipped = files.filter(file => !isMigration(file)).map(file => reportSkipped(posix.join(path, file)));
    return { migrations, findings: [...skipped, ...findDuplicates(migrations)] };
  },
};

/** Early versions of the CLI made such a file; later ones skip it. */
function isFormerInit(file: string): boolean {
  const version = formerInit.exec(file)?.[1];
  return version !== undefined && Number(version) < 20211209000000;
}

function reportSkipped(path: string): Finding {
  const message = `${path} is not applied: its name is not <version>_<name>.sql.`;
  return found(skippedFile, { message, place: { path } });
}

function findDuplicates(migrations: Migration[]): Finding[] {
  return migrations.flatMap((migration, index) => {
    const earlier = migrations.slice(0, index).find(({ id }) => id === migration.id);
    if (!earlier) return [];
    const message = `${migration.path} and ${earlier.path} both have the version ${migration.id}.`;
    return [found(duplicateVersion, { message, place: { path: migration.path } })];
  });
}

/** What may stand between two statements of a file, however the CLI has split it. */
const betweenStatements = '[ \\t\\r\\n;]+';

/** A column that an early CLI did not create is null in JSON. */
const query = `SELECT version, encode(sha256(convert_to(regexp_replace(
    (SELECT string_agg(statement, '' ORDER BY place)
     FROM jsonb_array_elements_text(nullif(to_jsonb(m) -> 'statements', 'null')) WITH ORDINALITY AS s (statement, place)),
    $1, '', 'g'), 'UTF8')), 'hex') AS checksum
  FROM supabase_migrations.schema_migrations m ORDER BY version`;

/**
 * `supabase_migrations.schema_migrations`. It keeps the statements instead of a checksum. It has no failed migrations,
 * since the CLI applies a file as a whole.
 */
const ledger: Ledger = {
  owns: { schema: 'supabase_migrations' },

  schema: () => 'supabase_migrations',

  read: async session => {
    const rows = await unlessMissing(
      session.query<{ version: string; checksum: string | null }>(query, [betweenStatements]),
    );
    const entries = (rows ?? []).map(({ version, checksum }): LedgerEntry => {
      return { id: version, state: 'applied', ...(checksum !== null && { checksum }) };
    });
    return { exists: rows !== undefined, entries, strangers: [] };
  },

  prepare: (session, { exists }) =>
    session.transaction({ lock_timeout: '4s' }, async () => {
      if (!exists) {
        await createSchema(session, 'supabase_migrations');
        await session.query(
          'CREATE TABLE supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY, statements text[], name text)',
        );
      }
      for (const column of await listMissingColumns(session)) {
        await session.query(`ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN ${column}`);
      }
    }),

  recordEnd: async (session, { id, name, script }) => {
    await session.query(
      'INSERT INTO supabase_migrations.schema_migrations (version, name, statements) VALUES ($1, $2, $3)',
      [id, name.slice(id.length + 1), splitStatements(script).map(({ text }) => text)],
    );
  },
};

/** Those that an early CLI did not create. */
async function listMissingColumns(session: PostgresSession): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute
     WHERE attrelid = 'supabase_migrations.schema_migrations'::regclass AND attnum > 0 AND NOT attisdropped`,
  );
  const names = rows.map(({ name }) => name);
  return ['statements text[]', 'name text'].filter(column => !names.includes(column.split(' ', 1).join('')));
}

/** supabase/cli: apps/cli-go/pkg/migration/history.go, apply.go, file.go. */
export const supabase: Tool = {
  key: 'supabase',
  name: 'Supabase',
  layout,
  ledger,
  lockKey: ownLockKey, // the CLI takes none
  hasPublicApi: true,
  rules: [
    wayBack,
    editedAfterApplied({
      severity: 'warning', // the CLI goes on
      help: 'Revert the edit (`git log -p` on the file shows it) and make the change in a new migration: `supabase migration new <what it does>`. If the database already has it, run `supabase migration repair --status applied <version>`, which records the file as it is now.',
      matches: (file, checksum) =>
        computeChecksum(file.replaceAll(new RegExp(`^\\ufeff|${betweenStatements}`, 'g'), '')) === checksum,
    }),
    notInRepository({
      severity: 'error',
      help: 'Fetch the migration with `supabase db pull`. If it is gone for good, remove it from the ledger with `supabase migration repair --status reverted {ids}`.',
    }),
    outOfOrder({
      severity: 'error',
      help: 'Give the file a later version. If it does not depend on anything newer, you can apply it with `supabase db push --include-all`. If the database already has its changes, run `supabase migration repair --status applied {ids}`.',
    }),
  ],
};
