import type { FindingKind } from '../../../core/finding.ts';
import { columnsOf, shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const dropsDefaultFinding: FindingKind = {
  code: 'schema/drops-default',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A column loses its default. Running code that omits the column then writes null, or fails.',
  cause:
    'ALTER COLUMN … DROP DEFAULT, DROP IDENTITY or DROP EXPRESSION on a column that running code knows, or on a new column that is NOT NULL. Prisma writes it when `@default` is removed from a field.',
  help: 'Keep the default until no running code relies on it.',
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
        const message = `The new column ${shown(table)}.${name} is NOT NULL and loses its ${what}, so running code cannot insert.`;
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
