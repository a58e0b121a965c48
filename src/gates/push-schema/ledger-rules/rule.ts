import type { Finding, Place } from '../../../core/finding.ts';
import type { Migration } from '../migration.ts';
import type { LedgerState } from '../tools/ledger.ts';

/** Ledger and repository, side by side. */
export interface Comparison {
  /** The database, as the configuration calls it. */
  database: string;
  /** Where the configuration speaks of it. */
  place?: Place | undefined;
  /** All that the repository has, in order. */
  migrations: Migration[];
  ledger: LedgerState;
  /** What the repository has and the ledger has not. */
  pending: Migration[];
  /** Whether a command of the configuration applies them. */
  hasCommand: boolean;
}

/** One thing that must hold before anything is applied. */
export type LedgerRule = (comparison: Comparison) => Finding[];
