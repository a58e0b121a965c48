import type { FindingKind } from '../../../core/finding.ts';
import { nameOf } from '../catalog/made.ts';
import { shown, tableOf } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const dropsConstraintFinding: FindingKind = {
  code: 'schema/drops-constraint',
  severity: 'notice',
  boundary: 'data',
  meaning:
    'Running code may rely on a dropped key. INSERT … ON CONFLICT fails without its unique index, and without a foreign key, rows are no longer deleted along with those they refer to.',
  cause: 'DROP CONSTRAINT of a unique, primary or foreign key, or DROP INDEX of a unique index, without recreating it.',
  help: 'Ignore this if no running code relies on it. Otherwise, first release code that does not.',
};

export const dropsConstraint: SqlRule = {
  kind: dropsConstraintFinding,
  grade: 'breaking',
  look: {
    AlterTableCmd: ({ subtype, name = '' }, { known, table, siblings }) => {
      if (subtype !== 'AT_DropConstraint' || !known.stands(table) || known.isCheck(table, name)) return undefined;
      const isAdded = siblings.some(
        node =>
          'AlterTableStmt' in node &&
          tableOf(node.AlterTableStmt.relation).name === table.name &&
          node.AlterTableStmt.cmds?.some(
            command =>
              'AlterTableCmd' in command &&
              command.AlterTableCmd.def &&
              'Constraint' in command.AlterTableCmd.def &&
              command.AlterTableCmd.def.Constraint.conname === name,
          ),
      );
      return isAdded ? undefined : { message: `The constraint ${name} of ${shown(table)} is dropped.` };
    },
    DropStmt: ({ removeType, objects = [] }, { known, siblings }) => {
      if (removeType !== 'OBJECT_INDEX') return undefined;
      return objects
        .map(nameOf)
        .filter(index => known.isUniqueIndex(index) && !known.hasMade('index', { name: index.name }))
        .filter(({ name }) => !siblings.some(node => 'IndexStmt' in node && node.IndexStmt.idxname === name))
        .map(index => ({ message: `The unique index ${shown(index)} is dropped.` }));
    },
  },
};
