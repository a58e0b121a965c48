import type { FindingKind } from '../../../core/finding.ts';
import { columnsOf } from '../catalog/names.ts';
import { listConstants } from '../judge/walk.ts';
import type { SqlRule } from './rule.ts';

export const usesNewEnumValueFinding: FindingKind = {
  code: 'schema/uses-new-enum-value',
  severity: 'error',
  boundary: 'data',
  meaning:
    'The migration adds a value to an enum and uses it in the same transaction, which PostgreSQL rejects (55P04).',
  cause: 'ALTER TYPE … ADD VALUE and a statement with that value in one migration.',
  help: 'Move the statements that use the value to the next migration.',
};

export const usesNewEnumValue: SqlRule = {
  kind: usesNewEnumValueFinding,
  look: {
    AlterEnumStmt: (node, { known, siblings }) => {
      const { newVal = '', oldVal, typeName } = node;
      const type = columnsOf(typeName).at(-1) ?? '';
      if (oldVal || known.hasMade('type', { name: type })) return undefined;
      const own = siblings.findIndex(sibling => 'AlterEnumStmt' in sibling && sibling.AlterEnumStmt === node);
      const used = siblings.slice(own + 1).some(sibling => listConstants(sibling).includes(newVal));
      return used ? { message: `The new value ${newVal} of ${type} is used in the same migration.` } : undefined;
    },
  },
};
