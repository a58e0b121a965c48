import type { FindingKind } from '../../../core/finding.ts';
import { qualifiedName, shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const dropsSchemaFinding: FindingKind = {
  code: 'schema/drops-schema',
  severity: 'error',
  boundary: 'data',
  meaning: 'A whole schema, database or everything that a role owns goes, and no reverse migration brings it back.',
  cause: 'DROP SCHEMA, DROP DATABASE or DROP OWNED.',
  help: 'Take it out, or approve it: name the migration in the input `approve`.',
};

export const dropsSchema: SqlRule = {
  kind: dropsSchemaFinding,
  grade: 'irreversible',
  look: {
    DropStmt: ({ removeType, objects = [], behavior }, { known }) => {
      if (removeType !== 'OBJECT_SCHEMA') return undefined;
      const names = objects.map(qualifiedName).filter(schema => !known.hasMade('schema', schema));
      const all = behavior === 'DROP_CASCADE' ? ' with all that is in it' : '';
      return names.map(schema => ({
        message: `The schema ${shown(schema)} is dropped${all}.`,
        ...(!all && { severity: 'warning' as const, grade: 'breaking' as const }), // it only succeeds when empty
      }));
    },
    DropdbStmt: ({ dbname }) => ({ message: `The database ${dbname} is dropped.` }),
    DropOwnedStmt: () => ({ message: 'DROP OWNED drops everything that the role owns.' }),
  },
};
