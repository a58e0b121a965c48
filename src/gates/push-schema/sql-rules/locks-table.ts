import type { FindingKind } from '../../../core/finding.ts';
import { shown, tableOf } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const locksTableFinding: FindingKind = {
  code: 'schema/locks-table',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A table is locked by hand until the migration ends.',
  cause: 'LOCK TABLE in a migration.',
  help: 'Leave it out: each statement takes the lock that it needs, and the gate keeps two releases apart.',
};

/** Modes from SHARE ROW EXCLUSIVE up keep writers out (src/include/storage/lockdefs.h). */
const keepsWritersOut = 5;

export const locksTable: SqlRule = {
  kind: locksTableFinding,
  look: {
    LockStmt: ({ relations = [], mode = 8 }, { known }) =>
      relations
        .map(node => ('RangeVar' in node ? tableOf(node.RangeVar) : { name: '' }))
        .filter(table => mode >= keepsWritersOut && known.stands(table))
        .map(table => ({ message: `LOCK TABLE keeps others out of ${shown(table)}.` })),
  },
};
