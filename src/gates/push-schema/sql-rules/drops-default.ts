import type { FindingKind } from '../../../core/finding.ts';
import { columnsOf, shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const dropsDefaultFinding: FindingKind = {
  code: 'schema/drops-default',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A column loses its default, so code of before that leaves it out writes null, or is refused.',
  cause:
    'ALTER COLUMN … DROP DEFAULT, DROP IDENTITY or DROP EXPRESSION on a column of running code, or on a new one that is NOT NULL. Prisma does so when `@default` is taken from a field.',
  help: 'Keep the default until the code that relies on it is gone.',
};

const defaults: Record<string, string> = {
  AT_ColumnDefault: 'default',
  AT_DropIdentity: 'identity',
  AT_DropExpression: 'expression',
};

export const dropsDefault: SqlRule = {
  kind: dropsDefaultFinding,
  grade: 'breaking',
  look: {
    AlterTableCmd: ({ subtype = '', def, name = '' }, { known, table }) => {
      const what = defaults[subtype];
      if (!what || def || !known.stands(table)) return undefined;
      const added = known.newColumn(table, name);
      if (added) {
        const message = `The new column ${shown(table)}.${name} is NOT NULL and loses its ${what}, so code of before cannot insert.`;
        return added.isRequired ? { message } : undefined;
      }
      const column = known.live(table)?.columns.find(column => column.name === name);
      return column?.hasDefault === false ? undefined : { message: `${shown(table)}.${name} loses its ${what}.` };
    },
    AlterDomainStmt: ({ subtype, def, typeName }) =>
      subtype === 'T' && !def
        ? { message: `The domain ${columnsOf(typeName).join('.')} loses its default.` }
        : undefined,
  },
};
