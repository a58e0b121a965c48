import type { FindingKind } from '../../../core/finding.ts';
import { shown, tableOf } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const indexNotConcurrentFinding: FindingKind = {
  code: 'schema/index-not-concurrent',
  severity: 'warning',
  boundary: 'data',
  meaning: 'Building an index without CONCURRENTLY blocks all writes to its table until the index is ready.',
  cause: 'CREATE INDEX without CONCURRENTLY, as most migration tools write it.',
  help: 'Use `CREATE INDEX CONCURRENTLY <index> ON <table> (<columns>)`, alone in its migration: the gate runs it outside of a transaction.',
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
