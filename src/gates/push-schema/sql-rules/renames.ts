import type { VariableSetStmt } from 'libpg-query';
import type { FindingKind } from '../../../core/finding.ts';
import { nameOf, remakes } from '../catalog/made.ts';
import { shown, tableOf } from '../catalog/names.ts';
import type { Sighting, SqlRule } from './rule.ts';

export const renamesFinding: FindingKind = {
  code: 'schema/renames',
  severity: 'error',
  boundary: 'data',
  meaning:
    'The migration renames something that running code uses. The code fails from now until the new code serves, and again after a rollback.',
  cause:
    'ALTER … RENAME or SET SCHEMA of a table, column, constraint, type, function or role, or RENAME VALUE of an enum.',
  help: 'Add the new name next to the old one, as a column or a view. Move the code to it, and drop the old name in a later release.',
};

const objects: Record<string, string> = {
  OBJECT_TABLE: 'table',
  OBJECT_FOREIGN_TABLE: 'foreign table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'view',
  OBJECT_SCHEMA: 'schema',
  OBJECT_DATABASE: 'database',
  OBJECT_ROLE: 'role',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'type',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'function',
  OBJECT_ROUTINE: 'function',
  OBJECT_AGGREGATE: 'function',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_EXTENSION: 'extension',
};

export const renames: SqlRule = {
  kind: renamesFinding,
  grade: 'breaking',
  look: {
    RenameStmt: ({ renameType = '', relation, subname = '', newname = '', object }, { known, siblings }) => {
      const table = tableOf(relation);
      if (renameType === 'OBJECT_ATTRIBUTE') {
        return known.hasMade('type', table)
          ? undefined
          : { message: `The attribute ${shown(table)}.${subname} becomes ${newname}.` };
      }
      if (renameType === 'OBJECT_COLUMN') {
        if (!known.stands(table) || known.isNewColumn(table, subname)) return undefined;
        return { message: `The column ${shown(table)}.${subname} becomes ${newname}.` };
      }
      if (renameType === 'OBJECT_TABCONSTRAINT') {
        if (!known.stands(table) || known.isNewConstraint(table, subname)) return undefined;
        return {
          message: `The constraint ${subname} of ${shown(table)} becomes ${newname}.`,
          severity: 'warning',
          help: 'Ignore this if no running code uses its name, in ON CONFLICT ON CONSTRAINT or in an error handler.',
        };
      }
      if (renameType === 'OBJECT_DOMCONSTRAINT') {
        const domain = nameOf(object);
        if (known.hasMade('type', domain)) return undefined;
        return {
          message: `The constraint ${subname} of the domain ${shown(domain)} becomes ${newname}.`,
          severity: 'warning',
          help: 'Ignore this if no running code handles errors by its name.',
        };
      }
      const what = objects[renameType];
      if (!what || (renameType === 'OBJECT_TABLE' && !known.stands(table))) return undefined;
      const name = relation ? table : object ? nameOf(object) : { name: subname };
      if (known.hasMade(what, name) || siblings.some(node => remakes(node, what, name))) return undefined;
      return { message: `The ${what} ${shown(name)} becomes ${newname}.` };
    },
    AlterEnumStmt: ({ oldVal, newVal }) =>
      oldVal ? { message: `The value ${oldVal} of an enum becomes ${newVal}.` } : undefined,
    AlterRoleSetStmt: ({ setstmt }) => reportSearchPath(setstmt),
    AlterDatabaseSetStmt: ({ setstmt }) => reportSearchPath(setstmt),
    AlterObjectSchemaStmt: ({ objectType = '', relation, object, newschema }, { known }) => {
      const what = objects[objectType] ?? 'object';
      const name = relation ? tableOf(relation) : nameOf(object);
      if (known.hasMade(what, name) || (relation && !known.stands(name))) return undefined;
      return { message: `${shown(name)} moves to the schema ${newschema}.` };
    },
  },
};

function reportSearchPath(setting: VariableSetStmt | undefined): Sighting | undefined {
  if (setting?.name !== 'search_path') return undefined;
  return { message: 'From the next connection on, names without a schema may refer to other objects.' };
}
