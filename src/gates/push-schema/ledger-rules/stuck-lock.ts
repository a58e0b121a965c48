import { type FindingKind, found } from '../../../core/finding.ts';
import type { LedgerRule } from './rule.ts';

export const stuckLockFinding: FindingKind = {
  code: 'schema/stuck-lock',
  severity: 'error',
  boundary: 'data',
  meaning: 'The lock that the migration tool keeps in a table is taken, so the tool would refuse to apply anything.',
  cause: 'A run that was killed, or one that is still running.',
  help: 'If no other run is active, release the lock with `npx knex migrate:unlock`.',
};

export const stuckLock: LedgerRule = ({ database, ledger, place }) =>
  ledger.stuck
    ? [found(stuckLockFinding, { message: `The table knex_migrations_lock of ${database} is locked.`, place })]
    : [];
