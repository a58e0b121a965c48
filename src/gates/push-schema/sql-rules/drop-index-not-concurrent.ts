import type { FindingKind } from '../../../core/finding.ts';
import { qualifiedName, shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const dropIndexNotConcurrentFinding: FindingKind = {
  code: 'schema/drop-index-not-concurrent',
  severity: 'warning',
  boundary: 'data',
  meaning: 'Dropping an index this way waits for, and then blocks, every query of its table.',
  cause: 'DROP INDEX without CONCURRENTLY.',
  help: 'Use DROP INDEX CONCURRENTLY, alone in a migration of its own.',
};

export const dropIndexNotConcurrent: SqlRule = {
  kind: dropIndexNotConcurrentFinding,
  look: {
    DropStmt: ({ removeType, concurrent, objects = [] }, { known }) => {
      if (removeType !== 'OBJECT_INDEX' || concurrent) return undefined;
      const standing = objects.map(qualifiedName).filter(index => !known.hasMade('index', index));
      return standing.map(index => ({ message: `Dropping the index ${shown(index)} blocks its table.` }));
    },
  },
};
