import type { PostgresSession } from '../../../clients/postgres.ts';
import { type Migration, runnable, runsOutside } from '../migration.ts';

/** The table in which a migration tool records what it has applied; read and written as the tool itself does. */
export interface Ledger {
  /** Its tables, and the schemas that hold nothing else: left out when schemas are compared. */
  owns: { tables?: string[]; schema?: string };
  /** The schema of its table in this database. */
  schema(session: PostgresSession): string;
  /** What a push does with the table, besides reading it. Default: INSERT. */
  writes?: string[];
  read(session: PostgresSession, migrations: Migration[]): Promise<LedgerState>;
  /** Creates or updates the table, as the tool does before it applies anything. */
  prepare(session: PostgresSession, state: LedgerState, migrations: Migration[]): Promise<void>;
  /** Called before the script; in the same transaction, where the migration runs in one. */
  recordStart?(session: PostgresSession, migration: Migration): Promise<void>;
  recordEnd(session: PostgresSession, migration: Migration): Promise<void>;
  /** Called when a migration failed outside of a transaction, and may have left something behind. */
  recordFailure?(session: PostgresSession, migration: Migration, message: string): Promise<void>;
}

export interface LedgerState {
  /** Whether the ledger's table exists. */
  exists: boolean;
  entries: LedgerEntry[];
  /** The tables of a database without a ledger, for a tool that would refuse such a database. */
  strangers: string[];
  /** Whether the lock that the tool keeps in a table is taken. */
  stuck?: boolean;
}

/** One migration, as the ledger knows it. */
export interface LedgerEntry {
  /** The migration's `id`. */
  id: string;
  /** `failed`: started, and neither finished nor marked as rolled back. */
  state: 'applied' | 'failed';
  /** Of the applied script, where the tool keeps one. */
  checksum?: string;
  /** The error, where the tool keeps it. */
  logs?: string;
}

/**
 * Whether a push was killed while it ran the only statement of a migration outside of a transaction, and that statement
 * can safely run again. If the statement failed, the ledger has the error and a person must look. If a command applies
 * the migrations, its tool does not resume.
 */
export function canResume(
  entry: LedgerEntry,
  { migrations, hasCommand }: { migrations: Migration[]; hasCommand: boolean },
): boolean {
  if (entry.state !== 'failed' || entry.logs || hasCommand) return false;
  const local = migrations.find(({ id }) => id === entry.id);
  return local !== undefined && runsOutside(local) && isRepeatable(local);
}

function isRepeatable(migration: Migration): boolean {
  const code = runnable(migration).statements.at(-1)?.code ?? '';
  return /^(create (unique )?index|drop index|reindex|vacuum|alter table .* detach partition)\b/i.test(code);
}

/** The id of the newest applied migration; undefined where none is applied. */
export function findHead({ entries }: LedgerState): string | undefined {
  return entries
    .filter(({ state }) => state === 'applied')
    .reduce<string | undefined>((newest, { id }) => (newest === undefined || id > newest ? id : newest), undefined);
}
