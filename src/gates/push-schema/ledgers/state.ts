import { type Migration, runnable, runsOutside } from '../migration.ts';

/** What a ledger says of one migration. */
export interface LedgerEntry {
  /** The migration's `id`. */
  id: string;
  /** `failed`: begun, and neither ended nor declared undone. */
  state: 'applied' | 'failed';
  /** Of the script that was applied, where the tool keeps one, or the script itself. */
  checksum?: string;
  /** What went wrong, where the tool keeps it. */
  logs?: string;
}

/**
 * Whether a push was killed while it ran the one statement of a migration outside of a transaction: that is safe to be
 * run again. Where the statement had failed, the ledger has kept why, and a person must look; so must one where a
 * command applies the migrations, as its tool does not resume.
 */
export function canBeResumed(
  entry: LedgerEntry,
  { migrations, hasCommand }: { migrations: Migration[]; hasCommand: boolean },
): boolean {
  if (entry.state !== 'failed' || entry.logs || hasCommand) return false;
  const local = migrations.find(({ id }) => id === entry.id);
  return local !== undefined && runsOutside(local) && isIndexWork(local);
}

/** Work that says the same when it is done twice. */
function isIndexWork(migration: Migration): boolean {
  return /^(create (unique )?index|drop index|reindex|vacuum)\b/i.test(runnable(migration).statements[0]?.code ?? '');
}

export interface LedgerState {
  /** Whether the tool's table is there. */
  exists: boolean;
  entries: LedgerEntry[];
  /** Where there is no ledger and the tool asks for an empty database: the tables that are there all the same. */
  strangers: string[];
  /** Whether the tool's own lock in a table was left behind. */
  stuck?: boolean;
}

/** The newest migration that is applied, by id; undefined where none is. */
export function headOf({ entries }: LedgerState): string | undefined {
  return entries
    .filter(({ state }) => state === 'applied')
    .reduce<string | undefined>((newest, { id }) => (newest === undefined || id > newest ? id : newest), undefined);
}
