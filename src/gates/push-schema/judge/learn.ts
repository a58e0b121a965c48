import type { AlterTableCmd, ColumnDef, Constraint, Node } from 'libpg-query';
import type { Known } from './known.ts';
import { columnsOf, indexColumns, qualifiedName, type TableName, tableOf, textOf, typeOf } from './names.ts';

/** Takes what a statement does into account, after it was judged. */
export function learn(known: Known, node: Node): void {
  if ('CreateStmt' in node) learnTable(known, tableOf(node.CreateStmt.relation), node.CreateStmt);
  else if ('CreateTableAsStmt' in node) known.create(tableOf(node.CreateTableAsStmt.into?.rel));
  else if ('SelectStmt' in node) {
    const { intoClause } = node.SelectStmt;
    if (intoClause) known.create(tableOf(intoClause.rel));
  } else if ('AlterTableStmt' in node) {
    const table = tableOf(node.AlterTableStmt.relation);
    for (const command of node.AlterTableStmt.cmds ?? []) {
      if ('AlterTableCmd' in command) learnCommand(known, table, command.AlterTableCmd);
    }
  } else if ('IndexStmt' in node) {
    const { idxname = '', relation, indexParams } = node.IndexStmt;
    known.change(tableOf(relation)).indexes.push(indexColumns(indexParams));
    known.made('index', { name: idxname });
  } else if ('CreatePolicyStmt' in node) known.change(tableOf(node.CreatePolicyStmt.table)).policies++;
  else if ('RenameStmt' in node) learnName(known, node.RenameStmt);
  else if ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_TABLE') {
    for (const object of node.DropStmt.objects ?? []) known.drop(qualifiedName(object));
  }
  const made = makes(node);
  if (made) known.made(made[0], made[1]);
}

/** Objects beside tables that a statement makes, or makes anew. */
export function makes(node: Node): [kind: string, name: TableName] | undefined {
  if ('ViewStmt' in node) return ['view', tableOf(node.ViewStmt.view)];
  if ('CreateFunctionStmt' in node)
    return ['function', { name: columnsOf(node.CreateFunctionStmt.funcname).at(-1) ?? '' }];
  if ('CreateEnumStmt' in node) return ['type', { name: columnsOf(node.CreateEnumStmt.typeName).at(-1) ?? '' }];
  if ('CompositeTypeStmt' in node) return ['type', tableOf(node.CompositeTypeStmt.typevar)];
  if ('CreateDomainStmt' in node) return ['type', { name: columnsOf(node.CreateDomainStmt.domainname).at(-1) ?? '' }];
  if ('CreateSeqStmt' in node) return ['sequence', tableOf(node.CreateSeqStmt.sequence)];
  if ('CreateSchemaStmt' in node) return ['schema', { name: node.CreateSchemaStmt.schemaname ?? '' }];
  if ('CreatePolicyStmt' in node) return ['policy', { name: node.CreatePolicyStmt.policy_name ?? '' }];
  if ('CreateTrigStmt' in node) return ['trigger', { name: node.CreateTrigStmt.trigname ?? '' }];
  if ('CreateTableAsStmt' in node) return ['view', tableOf(node.CreateTableAsStmt.into?.rel)];
  return undefined;
}

/** Whether the statement gives the name to another object: makes it anew, or renames to it, as Prisma does with enums. */
export function remakes(node: Node, kind: string, { name }: TableName): boolean {
  const made = makes(node);
  if (made?.[0] === kind && made[1].name === name) return true;
  return 'RenameStmt' in node && node.RenameStmt.newname === name;
}

function learnTable(known: Known, table: TableName, statement: { tableElts?: Node[]; if_not_exists?: boolean }): void {
  if (statement.if_not_exists && known.isThere(table)) return; // then it does nothing
  known.create(table);
  for (const element of statement.tableElts ?? []) {
    if ('ColumnDef' in element) learnColumn(known, table, element.ColumnDef);
    if ('Constraint' in element) learnConstraint(known, table, element.Constraint);
  }
}

function learnColumn(known: Known, table: TableName, column: ColumnDef): void {
  known.addColumn(table, column.colname ?? '', typeOf(column.typeName));
  for (const node of column.constraints ?? []) {
    if (!('Constraint' in node)) continue;
    const { contype } = node.Constraint;
    if (contype === 'CONSTR_PRIMARY' || contype === 'CONSTR_UNIQUE')
      known.change(table).indexes.push([column.colname ?? '']);
  }
}

function learnConstraint(known: Known, table: TableName, constraint: Constraint): void {
  const { contype, keys, conname = '', raw_expr: check, skip_validation: notValid } = constraint;
  if (contype === 'CONSTR_PRIMARY' || contype === 'CONSTR_UNIQUE') known.change(table).indexes.push(columnsOf(keys));
  const column = contype === 'CONSTR_CHECK' ? columnNotNull(check) : undefined;
  if (column !== undefined && notValid) known.notNullChecks.set(conname, column);
  if (column !== undefined && !notValid) known.change(table).neverNull.add(column);
}

function learnCommand(known: Known, table: TableName, { subtype, def, name = '' }: AlterTableCmd): void {
  if (subtype === 'AT_AddColumn' && def && 'ColumnDef' in def) learnColumn(known, table, def.ColumnDef);
  if (subtype === 'AT_AddConstraint' && def && 'Constraint' in def) learnConstraint(known, table, def.Constraint);
  if (subtype === 'AT_EnableRowSecurity') known.change(table).rowSecurity = true;
  if (subtype === 'AT_AlterColumnType' && def && 'ColumnDef' in def && known.isNewColumn(table, name)) {
    known.change(table).columns.set(name, typeOf(def.ColumnDef.typeName));
  }
  const validated = subtype === 'AT_ValidateConstraint' ? known.notNullChecks.get(name) : undefined;
  if (validated !== undefined) known.change(table).neverNull.add(validated);
}

function learnName(
  known: Known,
  rename: { renameType?: string; relation?: Parameters<typeof tableOf>[0]; newname?: string; subname?: string },
) {
  const { renameType, relation, newname = '', subname = '' } = rename;
  if (renameType === 'OBJECT_TABLE') known.rename(tableOf(relation), newname);
  if (renameType === 'OBJECT_COLUMN') known.renameColumn(tableOf(relation), subname, newname);
}

/** The column of a check that is no more than `column IS NOT NULL`. */
export function columnNotNull(check: Node | undefined): string | undefined {
  if (!check || !('NullTest' in check) || check.NullTest.nulltesttype !== 'IS_NOT_NULL') return undefined;
  const argument = check.NullTest.arg;
  return argument && 'ColumnRef' in argument ? textOf(argument.ColumnRef.fields?.at(-1)) : undefined;
}
