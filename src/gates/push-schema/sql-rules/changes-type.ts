import type { FindingKind } from '../../../core/finding.ts';
import { type ColumnType, shown, shownType, typeOf } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const changesTypeFinding: FindingKind = {
  code: 'schema/changes-type',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'The type of a column changes. The table is rewritten under a lock that blocks reads and writes, and running code still expects the old type.',
  cause: 'ALTER COLUMN … TYPE to a type that does not merely widen the old one.',
  help: 'Add a new column of the new type, write to both, copy the old values in batches, and drop the old column in a later release.',
};

/** Ignores a change only where PostgreSQL does not rewrite the table and cannot reject a value. */
export const changesType: SqlRule = {
  kind: changesTypeFinding,
  grade: 'breaking',
  look: {
    AlterTableCmd: ({ subtype, def, name = '' }, { known, table }) => {
      if (subtype !== 'AT_AlterColumnType' || !def || !('ColumnDef' in def)) return undefined;
      if (!known.stands(table) || known.isNewColumn(table, name)) return undefined;
      const to = typeOf(def.ColumnDef.typeName);
      const from = known.columnType(table, name);
      const converted = def.ColumnDef.raw_default !== undefined; // USING
      if (from && !converted && isWidening(from, to)) return undefined;
      const what = `${shown(table)}.${name} changes${from ? ` from ${shownType(from)}` : ''} to ${shownType(to)}`;
      if (from && isNarrowing(from, to)) {
        return {
          message: `${what}: values that do not fit are rejected, rounded or truncated.`,
          help: 'First prove that every value fits, with a validated CHECK or an entry in `assert`. Then allow the change above the statement: `-- release-gates: allow schema/changes-type <why>`.',
          severity: 'error',
          grade: 'irreversible',
        };
      }
      return { message: `${what}, which rewrites the table.`, size: table };
    },
  },
};

const text = ['character varying', 'text', 'citext'];

/** docs: PostgreSQL, ALTER TABLE, Notes: a binary coercible type, or a looser limit, needs no rewrite. */
function isWidening(from: ColumnType, to: ColumnType): boolean {
  const [most, wanted] = [from.modifiers[0], to.modifiers[0]];
  const looser = wanted === undefined || (most !== undefined && wanted >= most);
  if (from.name === to.name) {
    if (from.name.startsWith('numeric'))
      return looser && (wanted === undefined || from.modifiers[1] === to.modifiers[1]);
    return looser && (from.name !== 'character' || most === wanted);
  }
  if (text.includes(from.name) && text.includes(to.name)) return wanted === undefined;
  return from.name === 'cidr' && to.name === 'inet';
}

const whole = ['smallint', 'integer', 'bigint', 'numeric'];
const real = ['real', 'double precision', 'numeric'];

function isNarrowing(from: ColumnType, to: ColumnType): boolean {
  const limited = to.modifiers[0] !== undefined;
  if (from.name === to.name) return limited && !isWidening(from, to);
  if (text.includes(from.name) && (text.includes(to.name) || to.name === 'character')) return limited;
  if (whole.includes(from.name) && whole.includes(to.name)) return whole.indexOf(to.name) < whole.indexOf(from.name);
  if (real.includes(from.name)) return !real.includes(to.name) || real.indexOf(to.name) < real.indexOf(from.name);
  return from.name.startsWith('timestamp') && to.name === 'date';
}
