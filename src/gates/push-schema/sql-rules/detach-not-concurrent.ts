import type { FindingKind } from '../../../core/finding.ts';
import { shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const detachNotConcurrentFinding: FindingKind = {
  code: 'schema/detach-not-concurrent',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'A partition is taken from its table, so its rows are no longer found there; without CONCURRENTLY under a lock that blocks every query of the table.',
  cause: 'ALTER TABLE … DETACH PARTITION.',
  help: 'Use DETACH PARTITION … CONCURRENTLY (PostgreSQL 14), alone in a migration of its own.',
};

export const detachNotConcurrent: SqlRule = {
  kind: detachNotConcurrentFinding,
  grade: 'breaking',
  look: {
    AlterTableCmd: ({ subtype, def }, { known, table }) => {
      if (subtype !== 'AT_DetachPartition' || !known.stands(table)) return undefined;
      if (def && 'PartitionCmd' in def && def.PartitionCmd.concurrent) {
        return {
          message: `The rows of a partition are no longer found in ${shown(table)}.`,
          severity: 'notice',
          help: 'Nothing, if no running code looks for them there.',
        };
      }
      return { message: `Detaching a partition blocks ${shown(table)}.`, size: table };
    },
  },
};
