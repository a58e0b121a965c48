import type { FindingKind } from '../../../../core/finding.ts';
import { shown } from '../names.ts';
import type { SqlRule } from '../rule.ts';

export const dropsDefaultFinding: FindingKind = {
  code: 'schema/drops-default',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A column loses its default, so code of before that leaves it out writes null, or is refused.',
  cause:
    'ALTER COLUMN … DROP DEFAULT on a column of running code. Prisma does so when `@default` is taken from a field.',
  remedy: 'Keep the default until the code that relies on it is gone.',
};

export const dropsDefault: SqlRule = {
  kind: dropsDefaultFinding,
  grade: 'breaking',
  look: {
    AlterTableCmd: ({ subtype, def, name = '' }, { known, table }) => {
      if (subtype !== 'AT_ColumnDefault' || def || !known.stands(table) || known.isNewColumn(table, name))
        return undefined;
      const column = known.live(table)?.columns.find(column => column.name === name);
      if (column && (!column.hasDefault || !column.notNull)) return undefined;
      return { seen: `${shown(table)}.${name} loses its default.` };
    },
  },
};
