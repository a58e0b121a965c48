import type { FindingKind } from '../../../core/finding.ts';
import { qualifiedName, shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const dropIndexNotConcurrentFinding: FindingKind = {
  code: 'schema/drop-index-not-concurrent',
  severity: 'warning',
  boundary: 'data',
  meaning: 'DROP INDEX waits for every query of the table, and blocks every new one meanwhile.',
  cause: 'DROP INDEX without CONCURRENTLY.',
  help: 'Use `DROP INDEX CONCURRENTLY <index>`, alone in its migration.',
};

export const dropIndexNotConcurrent: SqlRule = {
  kind: dropIndexNotConcurrentFinding,
  look: {
    DropStmt: ({ removeType, concurrent, objects = [] }, { known }) => {
      if (removeType !== 'OBJECT_INDEX' || concurrent) return undefined;
      const standing = objects.map(qualifiedName).filter(index => !known.hasMade('index', index));
      return standing.map(index => ({
        message: `Dropping the index ${shown(index)} blocks reads and writes of its table.`,
      }));
    },
  },
};
