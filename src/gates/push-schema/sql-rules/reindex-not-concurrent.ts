import type { FindingKind } from '../../../core/finding.ts';
import { shown, tableOf } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const reindexNotConcurrentFinding: FindingKind = {
  code: 'schema/reindex-not-concurrent',
  severity: 'warning',
  boundary: 'data',
  meaning: 'REINDEX without CONCURRENTLY blocks writes to the table, and reads that would use the index.',
  cause: 'REINDEX without CONCURRENTLY.',
  help: 'Use `REINDEX (CONCURRENTLY) INDEX <index>`, alone in its migration. Or remove it: a rebuild does not belong in a release.',
};

export const reindexNotConcurrent: SqlRule = {
  kind: reindexNotConcurrentFinding,
  look: {
    ReindexStmt: ({ relation, name, params = [] }) => {
      if (params.some(node => 'DefElem' in node && node.DefElem.defname === 'concurrently')) return undefined;
      return { message: `REINDEX of ${relation ? shown(tableOf(relation)) : (name ?? 'the database')} blocks writes.` };
    },
  },
};
