import type { AlterTableCmd, ColumnDef, Constraint, Node, RangeVar } from 'libpg-query';
import { columnNotNull, fillsItself, hasConstraint } from './columns.ts';
import { type Known, temporarySchema } from './known.ts';
import { makes } from './made.ts';
import { columnsOf, indexColumns, qualifiedName, type TableName, tableOf, typeOf } from './names.ts';
import { returnsOf } from './returns.ts';
import { searchPathOf } from './search-path.ts';

/**
 * Takes what a statement does into account, after it was judged. One of a block may be run on a condition, so that what
 * it makes may be there already (`inBlock`).
 */
export function learn(known: Known, node: Node, inBlock: boolean): void {
  known.openViews.learn(node, name => known.toBeMade(name));
  if ('CreateStmt' in node) learnTable(known, node.CreateStmt.relation, node.CreateStmt.tableElts);
  else if ('CreateTableAsStmt' in node) learnTable(known, node.CreateTableAsStmt.into?.rel);
  else if ('SelectStmt' in node) {
    const { intoClause } = node.SelectStmt;
    if (intoClause) learnTable(known, intoClause.rel);
    learnPath(known, searchPathOf(node));
  } else if ('VariableSetStmt' in node) learnPath(known, searchPathOf(node));
  else if ('AlterTableStmt' in node) {
    const table = tableOf(node.AlterTableStmt.relation);
    for (const command of node.AlterTableStmt.cmds ?? []) {
      if ('AlterTableCmd' in command) learnCommand(known, table, command.AlterTableCmd, inBlock);
    }
  } else if ('IndexStmt' in node) {
    const { idxname, relation, indexParams, unique } = node.IndexStmt;
    const change = known.change(tableOf(relation));
    change.indexes.push(indexColumns(indexParams));
    if (unique && idxname) change.uniqueIndexes.push(idxname);
  } else if ('CreatePolicyStmt' in node) known.change(tableOf(node.CreatePolicyStmt.table)).policies++;
  else if ('RenameStmt' in node) learnName(known, node.RenameStmt);
  else if ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_TABLE') {
    for (const object of node.DropStmt.objects ?? []) known.drop(qualifiedName(object));
  }
  const made = makes(node);
  const returns = returnsOf(node);
  if (made && returns !== undefined) for (const name of made.names) known.learnReturns(name, returns);
  if (made && !made.mayStand && !inBlock) for (const name of made.names) known.made(made.kind, name);
}

/** `$user` is left out, since nothing tells who will apply the script. */
function learnPath(known: Known, path: string[] | undefined): void {
  if (path) known.searchPath = path.filter(schema => schema !== '$user');
}

function learnTable(known: Known, relation: RangeVar | undefined, elements: Node[] = []): void {
  const table = relation?.relpersistence === 't' ? temporary(relation) : known.toBeMade(tableOf(relation));
  if (known.isThere(table)) return; // IF NOT EXISTS, or the condition of a block: then it does nothing
  known.create(table);
  for (const element of elements) {
    if ('ColumnDef' in element) learnColumn(known, table, element.ColumnDef);
    if ('Constraint' in element) learnConstraint(known, table, element.Constraint);
  }
}

/** A temporary table hides the one of the same name. */
function temporary({ relname = '' }: RangeVar): TableName {
  return { schema: temporarySchema, name: relname };
}

function learnColumn(known: Known, table: TableName, column: ColumnDef): void {
  const { colname = '', typeName } = column;
  known.addColumn(table, colname, typeOf(typeName), {
    isRequired: hasConstraint(column, 'CONSTR_NOTNULL', 'CONSTR_PRIMARY'),
    hasDefault: fillsItself(column),
  });
  if (hasConstraint(column, 'CONSTR_PRIMARY', 'CONSTR_UNIQUE')) known.change(table).indexes.push([colname]);
}

function learnConstraint(known: Known, table: TableName, constraint: Constraint): void {
  const { contype, keys, conname = '', raw_expr: check, skip_validation: notValid } = constraint;
  const change = known.change(table);
  if (contype === 'CONSTR_PRIMARY' || contype === 'CONSTR_UNIQUE') change.indexes.push(columnsOf(keys));
  change.newConstraints.add(conname);
  if (contype !== 'CONSTR_CHECK') return;
  const column = columnNotNull(check);
  change.checks.set(conname, column);
  if (column !== undefined && !notValid) change.neverNull.add(column);
}

function learnCommand(known: Known, table: TableName, command: AlterTableCmd, inBlock: boolean): void {
  const { subtype, def, name = '', missing_ok: guarded = inBlock } = command;
  if (subtype === 'AT_AddColumn' && def && 'ColumnDef' in def) {
    const mayStand = guarded && !known.lacksColumn(table, def.ColumnDef.colname ?? '');
    if (!mayStand) learnColumn(known, table, def.ColumnDef);
  }
  if (subtype === 'AT_AddConstraint' && def && 'Constraint' in def) learnConstraint(known, table, def.Constraint);
  if (subtype === 'AT_EnableRowSecurity') known.change(table).rowSecurity = true;
  if (subtype === 'AT_AlterColumnType' && def && 'ColumnDef' in def && known.isNewColumn(table, name)) {
    known.change(table).columns.set(name, typeOf(def.ColumnDef.typeName));
  }
  const column = known.newColumn(table, name);
  if (column && subtype === 'AT_ColumnDefault') column.hasDefault = def !== undefined;
  if (column && subtype === 'AT_AddIdentity') column.hasDefault = true;
  if (column && (subtype === 'AT_SetNotNull' || subtype === 'AT_DropNotNull'))
    column.isRequired = subtype === 'AT_SetNotNull';
  if (subtype !== 'AT_ValidateConstraint') return;
  const change = known.change(table);
  change.validated.add(name);
  const checked = change.checks.get(name);
  if (checked !== undefined) change.neverNull.add(checked);
}

function learnName(
  known: Known,
  rename: { renameType?: string; relation?: Parameters<typeof tableOf>[0]; newname?: string; subname?: string },
) {
  const { renameType, relation, newname = '', subname = '' } = rename;
  if (renameType === 'OBJECT_TABLE') known.rename(tableOf(relation), newname);
  if (renameType === 'OBJECT_COLUMN') known.renameColumn(tableOf(relation), subname, newname);
}
