import type { FindingKind } from '../../../core/finding.ts';
import { shown } from '../catalog/names.ts';
import { listFunctions } from '../judge/walk.ts';
import type { SqlRule } from './rule.ts';

export const volatileDefaultFinding: FindingKind = {
  code: 'schema/volatile-default',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'The default of a new column differs from row to row, so PostgreSQL rewrites the whole table under a lock that blocks reads and writes.',
  cause: 'ADD COLUMN … DEFAULT gen_random_uuid(), random() or another function that PostgreSQL must call for each row.',
  help: 'Add the column without a default: `ALTER TABLE <table> ADD COLUMN <column> <type>`. Then `ALTER TABLE <table> ALTER COLUMN <column> SET DEFAULT <expression>`, and fill the old rows in batches.',
};

/**
 * Functions with one value for the whole statement, so PostgreSQL stores the default once (docs: ALTER TABLE, Notes).
 */
const steady =
  /^(now|transaction_timestamp|statement_timestamp|current_setting|current_database|lower|upper|concat|concat_ws|format|coalesce|to_char|to_date|to_timestamp|date_trunc|timezone|age|json_build_object|json_build_array|jsonb_build_object|jsonb_build_array|to_json|to_jsonb|array_fill|make_interval|make_date|md5|abs|round|floor|ceil|length)$/;

export const volatileDefault: SqlRule = {
  kind: volatileDefaultFinding,
  look: {
    AlterTableCmd: ({ subtype, def }, { known, table }) => {
      if (subtype !== 'AT_AddColumn' || !def || !('ColumnDef' in def) || !known.stands(table)) return undefined;
      const defaults = (def.ColumnDef.constraints ?? []).flatMap(node =>
        'Constraint' in node && node.Constraint.contype === 'CONSTR_DEFAULT' ? [node.Constraint.raw_expr] : [],
      );
      const called = defaults.flatMap(listFunctions).find(name => !steady.test(name));
      if (called === undefined) return undefined;
      const column = `${shown(table)}.${def.ColumnDef.colname}`;
      return {
        message: `${column} gets its default from ${called}() for each row, which rewrites the table.`,
        size: table,
      };
    },
  },
};
