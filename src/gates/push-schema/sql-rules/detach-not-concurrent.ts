import type { FindingKind } from '../../../core/finding.ts';
import { shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const detachNotConcurrentFinding: FindingKind = {
  code: 'schema/detach-not-concurrent',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'A partition leaves its table, so queries of the table no longer find its rows. Without CONCURRENTLY, a lock blocks every query of the table meanwhile.',
  cause: 'ALTER TABLE … DETACH PARTITION.',
  help: 'Use `ALTER TABLE <table> DETACH PARTITION <partition> CONCURRENTLY` (PostgreSQL 14), alone in its migration.',
};

export const detachNotConcurrent: SqlRule = {
  kind: detachNotConcurrentFinding,
  grade: 'breaking',
  look: {
    AlterTableCmd: ({ subtype, def }, { known, table }) => {
      if (subtype !== 'AT_DetachPartition' || !known.stands(table)) return undefined;
      if (def && 'PartitionCmd' in def && def.PartitionCmd.concurrent) {
        return {
          message: `Queries of ${shown(table)} no longer find the rows of a partition.`,
          severity: 'notice',
          help: 'Ignore this if no running code looks for them there.',
        };
      }
      return { message: `Detaching a partition blocks reads and writes of ${shown(table)}.`, size: table };
    },
  },
};
