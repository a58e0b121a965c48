import type { FindingKind } from '../../../core/finding.ts';
import { qualifiedName, shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const dropsSchemaFinding: FindingKind = {
  code: 'schema/drops-schema',
  severity: 'error',
  boundary: 'data',
  meaning:
    'The migration drops a whole schema, a database, or everything that a role owns. No reverse migration can restore it.',
  cause: 'DROP SCHEMA, DROP DATABASE or DROP OWNED.',
  help: 'Remove the statement. If it is intended, approve it: name the migration in the input `approve`, or write `-- release-gates: allow schema/drops-schema <why>` above the statement.',
};

export const dropsSchema: SqlRule = {
  kind: dropsSchemaFinding,
  grade: 'irreversible',
  look: {
    DropStmt: ({ removeType, objects = [], behavior }, { known }) => {
      if (removeType !== 'OBJECT_SCHEMA') return undefined;
      const names = objects.map(qualifiedName).filter(schema => !known.hasMade('schema', schema));
      const all = behavior === 'DROP_CASCADE' ? ' with everything in it' : '';
      return names.map(schema => ({
        message: `The schema ${shown(schema)} is dropped${all}.`,
        ...(!all && { severity: 'warning' as const, grade: 'breaking' as const }), // without CASCADE it fails unless the schema is empty
      }));
    },
    DropdbStmt: ({ dbname }) => ({ message: `The database ${dbname} is dropped.` }),
    DropOwnedStmt: () => ({ message: 'DROP OWNED drops everything that the role owns.' }),
  },
};
