import type { Finding, Place } from '../../../core/finding.ts';
import type { Migration } from '../migration.ts';
import type { LedgerState } from '../tools/ledger.ts';

/** The ledger and the repository. */
export interface Comparison {
  /** The database, as the configuration calls it. */
  database: string;
  /** Where the configuration has it. */
  place?: Place | undefined;
  /** All migrations of the repository, in order. */
  migrations: Migration[];
  ledger: LedgerState;
  /** The migrations of the repository that the ledger does not have. */
  pending: Migration[];
  /** Whether a command of the configuration applies the migrations. */
  hasCommand: boolean;
}

/** One thing that must hold before anything is applied. */
export type LedgerRule = (comparison: Comparison) => Finding[];
