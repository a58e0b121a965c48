import { type FindingKind, found } from '../../../core/finding.ts';
import { cannotRunInTransaction, placeOf, runnable } from '../migration.ts';
import type { LedgerRule } from './rule.ts';

export const needsNoTransactionFinding: FindingKind = {
  code: 'schema/needs-no-transaction',
  severity: 'error',
  boundary: 'data',
  meaning:
    'A migration of several statements contains one that PostgreSQL only runs outside of a transaction, so a failure would leave the migration half applied.',
  cause: 'CREATE INDEX CONCURRENTLY, VACUUM or the like, next to other statements.',
  help: 'Move this statement into a migration of its own: the gate runs such a migration outside of a transaction.',
};

/** Scripts without one of these words need not be split into statements. */
const hint = /concurrently|vacuum|reindex|database|tablespace|alter\s+system|subscription/i;

export const needsNoTransaction: LedgerRule = ({ pending }) =>
  pending
    .filter(({ script }) => hint.test(script))
    .flatMap(migration => {
      const { statements } = runnable(migration);
      if (statements.length < 2) return [];
      return statements.filter(cannotRunInTransaction).map(statement =>
        found(needsNoTransactionFinding, {
          message: `${migration.name} has ${statements.length} statements, and this one cannot run in a transaction: ${statement.code}.`,
          place: placeOf(migration, statement),
        }),
      );
    });
