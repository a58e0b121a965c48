import type { FindingKind } from '../../../core/finding.ts';
import { columnsOf } from '../catalog/names.ts';
import { constantsIn } from '../judge/walk.ts';
import type { SqlRule } from './rule.ts';

export const usesNewEnumValueFinding: FindingKind = {
  code: 'schema/uses-new-enum-value',
  severity: 'error',
  boundary: 'data',
  meaning: 'A value is added to an enum and used in the same transaction, which PostgreSQL refuses (55P04).',
  cause: 'ALTER TYPE … ADD VALUE and a statement with that value in one migration.',
  help: 'Put the statements that use the value into the next migration.',
};

export const usesNewEnumValue: SqlRule = {
  kind: usesNewEnumValueFinding,
  look: {
    AlterEnumStmt: (node, { known, siblings }) => {
      const { newVal = '', oldVal, typeName } = node;
      const type = columnsOf(typeName).at(-1) ?? '';
      if (oldVal || known.hasMade('type', { name: type })) return undefined;
      const own = siblings.findIndex(sibling => 'AlterEnumStmt' in sibling && sibling.AlterEnumStmt === node);
      const used = siblings.slice(own + 1).some(sibling => constantsIn(sibling).includes(newVal));
      return used ? { message: `The new value ${newVal} of ${type} is used in the same migration.` } : undefined;
    },
  },
};
