import type { Node } from 'libpg-query';
import type { FindingKind } from '../../../core/finding.ts';
import { shown, tableOf } from '../catalog/names.ts';
import { containsNode } from '../judge/walk.ts';
import type { SqlRule } from './rule.ts';

export const unbatchedBackfillFinding: FindingKind = {
  code: 'schema/unbatched-backfill',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'One statement changes a large part of a table. Its rows stay locked until the migration ends, and the table grows by a copy of each.',
  cause: 'UPDATE or DELETE over a whole table, for example to fill a new column.',
  help: 'Update in batches of some thousand rows, outside of the migrations, before the release that relies on it.',
};

export const unbatchedBackfill: SqlRule = {
  kind: unbatchedBackfillFinding,
  look: {
    UpdateStmt: ({ relation, whereClause }, { known }) => {
      const table = tableOf(relation);
      if (!known.stands(table) || isSelective(whereClause)) return undefined;
      return {
        message: `UPDATE changes ${whereClause ? 'many or all' : 'all'} rows of ${shown(table)} at once.`,
        size: table,
      };
    },
    DeleteStmt: ({ relation, whereClause }, { known }) => {
      const table = tableOf(relation);
      if (!whereClause || !known.stands(table) || isSelective(whereClause)) return undefined;
      return { message: `DELETE removes many rows of ${shown(table)} at once.`, size: table };
    },
  },
};

/** A comparison with constants, or a sub-select with a limit, selects few rows. */
function isSelective(where: Node | undefined): boolean {
  if (!where) return false;
  if ('BoolExpr' in where) {
    const args = where.BoolExpr.args ?? [];
    if (where.BoolExpr.boolop === 'AND_EXPR') return args.some(isSelective);
    return where.BoolExpr.boolop === 'OR_EXPR' && args.every(isSelective);
  }
  if ('A_Expr' in where) {
    const { kind, rexpr, lexpr, name = [] } = where.A_Expr;
    const equals = name.some(node => 'String' in node && node.String.sval === '=');
    if (!equals) return false;
    if (kind === 'AEXPR_IN') return true;
    return kind === 'AEXPR_OP' && [rexpr, lexpr].some(side => side && ('A_Const' in side || 'TypeCast' in side));
  }
  return 'SubLink' in where && containsNode(where, 'limitCount');
}
