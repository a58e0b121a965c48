import { type FindingKind, found } from '../../../core/finding.ts';
import { cannotRunInTransaction, placeOf, runnable } from '../migration.ts';
import type { LedgerRule } from './rule.ts';

export const needsNoTransactionFinding: FindingKind = {
  code: 'schema/needs-no-transaction',
  severity: 'error',
  boundary: 'data',
  meaning:
    'A migration of several statements has one that PostgreSQL runs only outside of a transaction, so a failure would leave it half applied.',
  cause: 'CREATE INDEX CONCURRENTLY, VACUUM or their like, next to other statements.',
  help: 'Put this statement alone into a migration of its own: such a one is run outside of a transaction.',
};

/** Without one of these words there is nothing to look for, and a thousand scripts need not be taken apart. */
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
