import type { CreateFunctionStmt, FunctionParameter, Node, ObjectWithArgs } from 'libpg-query';
import { qualifiedName, type TableName, tableOf, typeOf } from './names.ts';

/** An object, other than a table, that a statement creates or replaces. */
interface Made {
  kind: string;
  /** Its names: a function with defaults has one for each list of arguments. */
  names: TableName[];
  /** Whether it may already exist, so that running code may know it. */
  mayStand: boolean;
}

export function makes(node: Node): Made | undefined {
  const made = (kind: string, name: TableName, mayStand = false): Made => ({ kind, names: [name], mayStand });
  if ('ViewStmt' in node) return made('view', tableOf(node.ViewStmt.view), node.ViewStmt.replace);
  if ('CreateFunctionStmt' in node) {
    const { CreateFunctionStmt: statement } = node;
    return { kind: 'function', names: namesOfFunction(statement), mayStand: statement.replace ?? false };
  }
  if ('DefineStmt' in node && node.DefineStmt.kind === 'OBJECT_AGGREGATE') {
    const { defnames: funcname = [], args: [taken] = [], replace } = node.DefineStmt;
    const parameters = (taken && 'List' in taken && taken.List.items) || [];
    return { kind: 'function', names: namesOfFunction({ funcname, parameters }), mayStand: replace ?? false };
  }
  if ('CreateEnumStmt' in node) return made('type', listed(node.CreateEnumStmt.typeName));
  if ('CreateRangeStmt' in node) return made('type', listed(node.CreateRangeStmt.typeName));
  if ('CompositeTypeStmt' in node) return made('type', tableOf(node.CompositeTypeStmt.typevar));
  if ('CreateDomainStmt' in node) return made('type', listed(node.CreateDomainStmt.domainname));
  if ('CreateSeqStmt' in node)
    return made('sequence', tableOf(node.CreateSeqStmt.sequence), node.CreateSeqStmt.if_not_exists);
  if ('CreateSchemaStmt' in node)
    return made('schema', { name: node.CreateSchemaStmt.schemaname ?? '' }, node.CreateSchemaStmt.if_not_exists);
  if ('CreatePolicyStmt' in node) {
    const { table, policy_name: name = '' } = node.CreatePolicyStmt;
    return made('policy', ofTable(table?.relname, name));
  }
  if ('CreateTrigStmt' in node) {
    const { relation, trigname: name = '', replace } = node.CreateTrigStmt;
    return made('trigger', ofTable(relation?.relname, name), replace);
  }
  if ('RuleStmt' in node) {
    const { relation, rulename: name = '', replace } = node.RuleStmt;
    return made('rule', ofTable(relation?.relname, name), replace);
  }
  if ('CreateExtensionStmt' in node)
    return made('extension', { name: node.CreateExtensionStmt.extname ?? '' }, node.CreateExtensionStmt.if_not_exists);
  if ('CreateForeignTableStmt' in node)
    return made('foreign table', tableOf(node.CreateForeignTableStmt.base?.relation), true);
  if ('CreateTableAsStmt' in node)
    return made('view', tableOf(node.CreateTableAsStmt.into?.rel), node.CreateTableAsStmt.if_not_exists);
  if ('IndexStmt' in node) return made('index', { name: node.IndexStmt.idxname ?? '' }, node.IndexStmt.if_not_exists);
  return undefined;
}

/**
 * Whether the statement gives the name to another object: recreates it, or renames one to it, as Prisma does with enums.
 */
export function remakes(node: Node, kind: string, name: TableName): boolean {
  const made = makes(node);
  if (made?.kind === kind && made.names.some(one => mayBeSame(one, name))) return true;
  return renamesTo(node, name);
}

export function renamesTo(node: Node, { name }: TableName): boolean {
  return 'RenameStmt' in node && node.RenameStmt.newname === name.split('(')[0];
}

/** Names of which one leaves the schema to the search path may be the same. */
function mayBeSame(one: TableName, other: TableName): boolean {
  return one.name === other.name && (!one.schema || !other.schema || one.schema === other.schema);
}

/** What belongs to a table goes by the table's name, as DROP has it. */
function ofTable(table = '', name: string): TableName {
  return { schema: table, name };
}

function listed(names: Node[] | undefined): TableName {
  return qualifiedName({ List: { items: names ?? [] } });
}

/** What DROP, ALTER and REVOKE call an object by. */
export function nameOf(node: Node | undefined): TableName {
  if (node && 'ObjectWithArgs' in node) return nameOfFunction(node.ObjectWithArgs);
  return node && 'RangeVar' in node ? tableOf(node.RangeVar) : qualifiedName(node);
}

/** `total(integer, text)`, or `total` where it is the only one. */
function nameOfFunction({ objname, objargs = [], args_unspecified: only }: ObjectWithArgs): TableName {
  const types = objargs.map(node => ('TypeName' in node ? typeOf(node.TypeName).name : ''));
  return withArguments(listed(objname), only ? undefined : types);
}

function namesOfFunction({ funcname, parameters = [] }: CreateFunctionStmt): TableName[] {
  const taken = parameters
    .flatMap(node => ('FunctionParameter' in node ? [node.FunctionParameter] : []))
    .filter(({ mode }) => mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE');
  const types = taken.map(({ argType }: FunctionParameter) => typeOf(argType).name);
  const needed = taken.filter(({ defexpr }) => defexpr === undefined).length;
  const lists = types.flatMap((_, index) => (index >= needed ? [types.slice(0, index)] : []));
  return [undefined, ...lists, types].map(list => withArguments(listed(funcname), list));
}

export function withArguments(name: TableName, types: string[] | undefined): TableName {
  return types ? { ...name, name: `${name.name}(${types.join(', ')})` } : name;
}
