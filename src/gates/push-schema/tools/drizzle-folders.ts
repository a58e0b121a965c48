import { type Dirent, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresSession } from '../../../clients/postgres.ts';
import { outOfOrder } from '../ledger-rules/out-of-order.ts';
import type { Migration } from '../migration.ts';
import { createSchema, unlessMissing } from './catalog-queries.ts';
import { computeChecksum } from './checksum.ts';
import { endStatements } from './drizzle.ts';
import { drizzleRules } from './drizzle-rules.ts';
import type { Ledger } from './ledger.ts';
import { readFolders } from './script.ts';
import { type Layout, ownLockKey, type Tool } from './tool.ts';

const table = 'drizzle.__drizzle_migrations';

/** `<14 digits>_<name>/migration.sql` with snapshot.json. Without the snapshot, Prisma's folders look the same. */
const layout: Layout = {
  isDistinct: true,

  fits: entries =>
    entries.some(
      entry => /^\d{14}_/.test(entry.name) && hasFile(entry, 'migration.sql') && hasFile(entry, 'snapshot.json'),
    ),

  isMigration: file => /^[^/]+\/migration\.sql$/.test(file),

  read: async (entries, request) => {
    const own = entries.filter(entry => hasFile(entry, 'migration.sql') || hasFile(entry, 'snapshot.json'));
    const { migrations, findings } = await readFolders(own, request, endStatements);
    return { migrations: migrations.toSorted((a, b) => a.name.localeCompare(b.name)), findings };
  },
};

function hasFile({ parentPath, name }: Dirent, file: string): boolean {
  return existsSync(join(parentPath, name, file));
}

interface Row {
  id: number;
  hash: string;
  created_at: string;
  /** Null in a ledger that an earlier version of the tool created. */
  name: string | null;
}

const query = `SELECT id, hash, created_at::text, to_jsonb(m) ->> 'name' AS name FROM ${table} m ORDER BY id`;

/** The table of earlier versions with two more columns (drizzle-orm: up-migrations/pg.ts). */
const ledger: Ledger = {
  owns: { schema: 'drizzle' },

  schema: () => 'drizzle',

  read: async (session, migrations) => {
    const rows = await unlessMissing(session.query<Row>(query));
    const entries = (rows ?? []).map(row => {
      return { id: findName(row, migrations) ?? row.created_at, state: 'applied' as const, checksum: row.hash };
    });
    return { exists: rows !== undefined, entries, strangers: [] };
  },

  prepare: async (session, { exists }, migrations) => {
    if (exists) return upgrade(session, migrations);
    await createSchema(session, 'drizzle');
    await session.query(
      `CREATE TABLE ${table} (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint, name text, applied_at timestamp with time zone DEFAULT now())`,
    );
  },

  recordEnd: async (session, { name, file }) => {
    await session.query(`INSERT INTO ${table} (hash, created_at, name) VALUES ($1, $2, $3)`, [
      computeChecksum(file),
      readTime(name),
      name,
    ]);
  },
};

/** Earlier versions know a migration by its time; of several in one second, the hash tells which one it is. */
function findName({ name, created_at, hash }: Row, migrations: Migration[]): string | undefined {
  if (name !== null) return name;
  const second = Math.floor(Number(created_at) / 1000) * 1000;
  const candidates = migrations.filter(migration => readTime(migration.name) === second);
  if (candidates.length === 1) return candidates[0]?.name;
  const sameHash = (candidates.length > 0 ? candidates : migrations).filter(
    ({ file }) => computeChecksum(file) === hash,
  );
  return sameHash[0]?.name;
}

/** Milliseconds since 1970, from the 14 digits at the start of the name. */
function readTime(name: string): number {
  const [, date, time] = /^(\d{8})(\d{6})/.exec(name) ?? [];
  const text = `${date?.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time?.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`;
  return Date.parse(text);
}

/** As the tool does at its first run on the ledger of an earlier version. */
async function upgrade(session: PostgresSession, migrations: Migration[]): Promise<void> {
  const [column] = await session.query(
    `SELECT FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attname = 'name' AND NOT attisdropped`,
  );
  if (column) return;
  const rows = await session.query<Row>(query);
  await session.transaction({ lock_timeout: '4s' }, async () => {
    await session.query(
      `ALTER TABLE ${table} ADD COLUMN name text, ADD COLUMN applied_at timestamp with time zone DEFAULT now()`,
    );
    for (const row of rows) {
      const name = findName(row, migrations) ?? null;
      await session.query(`UPDATE ${table} SET name = $1, applied_at = NULL WHERE id = $2`, [name, row.id]);
    }
  });
}

/** Drizzle 1.0 (drizzle-orm: migrator.ts, pg-core/async/session.ts): it applies what the ledger does not name. */
export const drizzleFolders: Tool = {
  key: 'drizzle',
  name: 'Drizzle',
  layout,
  ledger,
  lockKey: ownLockKey,
  rules: [
    ...drizzleRules,
    outOfOrder({
      severity: 'warning', // the tool applies it after the newer ones
      help: 'If it does not depend on anything newer, ignore this. Otherwise generate it again (`npx drizzle-kit generate`).',
    }),
  ],
};
