import type { FindingKind } from '../../../core/finding.ts';
import { shown, tableOf } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const refreshNotConcurrentFinding: FindingKind = {
  code: 'schema/refresh-not-concurrent',
  severity: 'warning',
  boundary: 'data',
  meaning: 'Nobody can read a materialized view while REFRESH without CONCURRENTLY recomputes it.',
  cause: 'REFRESH MATERIALIZED VIEW without CONCURRENTLY.',
  help: 'Use `REFRESH MATERIALIZED VIEW CONCURRENTLY <view>`, which needs a unique index. Or refresh it in a job of its own.',
};

export const refreshNotConcurrent: SqlRule = {
  kind: refreshNotConcurrentFinding,
  look: {
    RefreshMatViewStmt: ({ concurrent, relation, skipData }, { known }) => {
      const view = tableOf(relation);
      if (concurrent || skipData || !known.stands(view)) return undefined;
      return { message: `Nobody can read ${shown(view)} while it is recomputed.`, size: view };
    },
  },
};
