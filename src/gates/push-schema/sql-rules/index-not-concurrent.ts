import type { FindingKind } from '../../../core/finding.ts';
import { shown, tableOf } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const indexNotConcurrentFinding: FindingKind = {
  code: 'schema/index-not-concurrent',
  severity: 'warning',
  boundary: 'data',
  meaning: 'An index is built in a way that blocks all writes to its table until it is ready.',
  cause: 'CREATE INDEX without CONCURRENTLY, as most migration tools write it.',
  help: 'Use CREATE INDEX CONCURRENTLY, alone in a migration of its own: it is run outside of a transaction.',
};

export const indexNotConcurrent: SqlRule = {
  kind: indexNotConcurrentFinding,
  look: {
    IndexStmt: ({ concurrent, idxname, relation }, { known }) => {
      const table = tableOf(relation);
      if (concurrent || !known.stands(table)) return undefined;
      return {
        message: `Building the index ${idxname ?? ''} blocks writes to ${shown(table)}.`.replace('  ', ' '),
        size: table,
      };
    },
  },
};
