import type { PostgresSession } from '../../../clients/postgres.ts';
import type { Rule } from '../ledger-rules/rule.ts';
import type { Migration } from '../migration.ts';
import type { LedgerState } from './state.ts';

/** Where a migration tool keeps account of what was applied; read and written as the tool itself does. */
export interface Ledger {
  /** As its users call it. */
  tool: string;
  /** The key of the advisory lock under which migrations are applied; a bigint. */
  lockKey: bigint;
  /** Whether the tool's own CLI takes this lock, or one of its own, itself. Default false. */
  takesLock?: boolean;
  /** What must hold between ledger and repository before anything is applied. */
  rules: Rule[];
  /** The schema in which the table is. */
  schema(session: PostgresSession): string;
  read(session: PostgresSession): Promise<LedgerState>;
  /** Makes the table, or brings it up to date, as the tool does before it applies anything. */
  prepare(session: PostgresSession, state: LedgerState): Promise<void>;
  /** Called before the script; in the same transaction, where the migration runs in one. */
  started(session: PostgresSession, migration: Migration): Promise<void>;
  finished(session: PostgresSession, migration: Migration): Promise<void>;
  /** Called when a migration failed that ran outside of a transaction, and so may be half there. */
  failed(session: PostgresSession, migration: Migration, message: string): Promise<void>;
}
