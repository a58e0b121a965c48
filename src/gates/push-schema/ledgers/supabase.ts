import { isSqlError } from '../../../clients/postgres-errors.ts';
import { editedAfterApplied } from '../ledger-rules/edited-after-applied.ts';
import { notInRepository } from '../ledger-rules/not-in-repository.ts';
import { outOfOrder } from '../ledger-rules/out-of-order.ts';
import { statementsOf } from '../sql/statements.ts';
import { checksumOf } from './checksum.ts';
import type { Ledger } from './ledger.ts';
import { ownLock } from './own-lock.ts';
import type { LedgerEntry } from './state.ts';

/** What a file and its statements in the ledger differ in, however the CLI has split it. */
const betweenStatements = '[ \\t\\r\\n;]+';

/** A column that an early CLI has not made is null in JSON. */
const query = `SELECT version, encode(sha256(convert_to(regexp_replace(
    (SELECT string_agg(statement, '' ORDER BY place)
     FROM jsonb_array_elements_text(nullif(to_jsonb(m) -> 'statements', 'null')) WITH ORDINALITY AS s (statement, place)),
    $1, '', 'g'), 'UTF8')), 'hex') AS checksum
  FROM supabase_migrations.schema_migrations m ORDER BY version`;

/**
 * `supabase_migrations.schema_migrations`. supabase/cli: apps/cli-go/pkg/migration/history.go, apply.go, file.go. It
 * has the statements and no checksums, and knows no failure: a file is applied whole or not at all.
 */
export const supabaseLedger: Ledger = {
  tool: 'Supabase',
  lockKey: ownLock, // the CLI takes none
  rules: [
    editedAfterApplied({
      severity: 'warning', // the CLI goes on
      help: 'Take the change back (`git log -p` on the file shows it) and put it into a new migration: `supabase migration new <what it does>`. If the database has it already, `supabase migration repair --status applied <version>` enters the file as it is now.',
      matches: (file, checksum) => checksumOf(file.replaceAll(new RegExp(betweenStatements, 'g'), '')) === checksum,
    }),
    notInRepository({
      severity: 'error',
      help: 'Fetch the migration with `supabase db pull`, or, if it is gone for good, take it out of the ledger with `supabase migration repair --status reverted {ids}`.',
    }),
    outOfOrder({
      severity: 'error',
      help: 'Give the file a later version, or apply it yourself with `supabase db push --include-all` if it builds on nothing newer; if its changes are there already, `supabase migration repair --status applied {ids}`.',
    }),
  ],

  schema: () => 'supabase_migrations',

  read: async session => {
    try {
      const rows = await session.query<{ version: string; checksum: string | null }>(query, [betweenStatements]);
      const entries = rows.map(({ version, checksum }): LedgerEntry => {
        return { id: version, state: 'applied', ...(checksum !== null && { checksum }) };
      });
      return { exists: true, entries, strangers: [] };
    } catch (error) {
      const missing = isSqlError(error) && (error.code === '42P01' || error.code === '3F000');
      if (!missing) throw error;
      return { exists: false, entries: [], strangers: [] };
    }
  },

  prepare: session =>
    session.transaction({ lock_timeout: '4s' }, async () => {
      await session.query('CREATE SCHEMA IF NOT EXISTS supabase_migrations');
      await session.query(
        'CREATE TABLE IF NOT EXISTS supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY)',
      );
      for (const column of ['statements text[]', 'name text']) {
        await session.query(`ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN IF NOT EXISTS ${column}`);
      }
    }),

  started: async () => {},

  finished: async (session, { id, name, script }) => {
    await session.query(
      'INSERT INTO supabase_migrations.schema_migrations (version, name, statements) VALUES ($1, $2, $3)',
      [id, name.slice(id.length + 1), statementsOf(script).map(({ text }) => text)],
    );
  },

  failed: async () => {},
};
