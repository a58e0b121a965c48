import { type FindingKind, found } from '../../../core/finding.ts';
import { cannotRunInTransaction, placeOf, runnable, runsOutside } from '../migration.ts';
import type { LedgerRule } from './rule.ts';

export const needsNoTransactionFinding: FindingKind = {
  code: 'schema/needs-no-transaction',
  severity: 'error',
  boundary: 'data',
  meaning:
    'A migration contains a statement that PostgreSQL only runs outside of a transaction, next to others or between BEGIN and COMMIT.',
  cause:
    'CREATE INDEX CONCURRENTLY, VACUUM or the like, next to other statements. Settings such as SET lock_timeout before it are fine.',
  help: 'Move this statement into a migration of its own, without BEGIN and COMMIT: the gate runs such a migration outside of a transaction.',
};

/** Scripts without one of these words need not be split into statements. */
const hint = /concurrently|vacuum|reindex|database|tablespace|alter\s+system|subscription/i;

export const needsNoTransaction: LedgerRule = ({ pending }) =>
  pending
    .filter(({ script }) => hint.test(script))
    .flatMap(migration => {
      if (runsOutside(migration)) return [];
      const { statements, hadTransaction } = runnable(migration);
      const reason = hadTransaction ? 'has a transaction of its own' : `has ${statements.length} statements`;
      return statements.filter(cannotRunInTransaction).map(statement =>
        found(needsNoTransactionFinding, {
          message: `${migration.name} ${reason}, and this one cannot run in a transaction: ${statement.code}.`,
          place: placeOf(migration, statement),
        }),
      );
    });
