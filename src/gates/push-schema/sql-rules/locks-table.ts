import type { FindingKind } from '../../../core/finding.ts';
import { shown, tableOf } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const locksTableFinding: FindingKind = {
  code: 'schema/locks-table',
  severity: 'warning',
  boundary: 'data',
  meaning: 'The migration locks a table explicitly, until its transaction ends.',
  cause: 'LOCK TABLE in a migration.',
  help: 'Remove the statement: each statement takes the lock that it needs, and the gate keeps two releases apart.',
};

/** SHARE, the weakest mode that blocks writes (src/include/storage/lockdefs.h). */
const blocksWrites = 5;

export const locksTable: SqlRule = {
  kind: locksTableFinding,
  look: {
    LockStmt: ({ relations = [], mode = 8 }, { known }) =>
      relations
        .map(node => ('RangeVar' in node ? tableOf(node.RangeVar) : { name: '' }))
        .filter(table => mode >= blocksWrites && known.stands(table))
        .map(table => ({ message: `LOCK TABLE blocks other sessions that use ${shown(table)}.` })),
  },
};
