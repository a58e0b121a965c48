import type { Node, RangeVar, TypeName } from 'libpg-query';

/** A table, or whatever else can be in FROM; `schema` where the statement names it. */
export interface TableName {
  schema?: string;
  name: string;
}

export function tableOf(relation: RangeVar | undefined): TableName {
  const { schemaname, relname = '' } = relation ?? {};
  return schemaname ? { schema: schemaname, name: relname } : { name: relname };
}

/** As a person writes it. */
export function shown({ schema, name }: TableName): string {
  return schema ? `${schema}.${name}` : name;
}

/** The text of a String node. */
export function textOf(node: Node | undefined): string {
  return node && 'String' in node ? (node.String.sval ?? '') : '';
}

/** A qualified name, given as a List of Strings or as a TypeName, which is how DROP has them. */
export function qualifiedName(node: Node | undefined): TableName {
  const parts = node && 'List' in node ? node.List.items : node && 'TypeName' in node ? node.TypeName.names : [node];
  const names = (parts ?? []).flatMap(part => (part ? [textOf(part)] : []));
  const name = names.at(-1) ?? '';
  const schema = names.at(-2);
  return schema ? { schema, name } : { name };
}

/** The columns that a list of Strings names. */
export function columnsOf(keys: Node[] | undefined): string[] {
  return (keys ?? []).map(textOf);
}

/** The columns of an index, in order; an expression is an empty name. */
export function indexColumns(parameters: Node[] | undefined): string[] {
  return (parameters ?? []).map(node => ('IndexElem' in node ? (node.IndexElem.name ?? '') : ''));
}

const canonical: Record<string, string> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  varchar: 'character varying',
  bpchar: 'character',
  timestamptz: 'timestamp with time zone',
  timestamp: 'timestamp without time zone',
  timetz: 'time with time zone',
  time: 'time without time zone',
  varbit: 'bit varying',
  int: 'integer',
  decimal: 'numeric',
  float: 'double precision',
  char: 'character',
};

/** The name of a type by which `format_type` shows it. */
export function canonicalName(name: string): string {
  const [, base = name, array = ''] = /^(.*?)(\[\])?$/.exec(name) ?? [];
  return (canonical[base] ?? base) + array;
}

/** A type with its modifiers, by the names that `format_type` gives them. */
export interface ColumnType {
  name: string;
  modifiers: number[];
}

export function typeOf(type: TypeName | undefined): ColumnType {
  const names = columnsOf(type?.names).filter(name => name !== 'pg_catalog');
  const last = names.at(-1) ?? '';
  const modifiers = (type?.typmods ?? []).flatMap(node =>
    'A_Const' in node && node.A_Const.ival ? [node.A_Const.ival.ival ?? 0] : [],
  );
  const array = type?.arrayBounds?.length ? '[]' : '';
  const isDefault = last === 'bpchar' && modifiers[0] === 1;
  return { name: (canonical[last] ?? last) + array, modifiers: isDefault ? [1] : modifiers };
}

/** `character varying(50)`, as the catalog shows it. */
export function parseType(text: string): ColumnType {
  const [, before = text, inner = '', after = ''] = /^(.*?)\(([\d,]+)\)(.*)$/.exec(text) ?? [];
  return { name: before + after, modifiers: inner ? inner.split(',').map(Number) : [] };
}

export function shownType({ name, modifiers }: ColumnType): string {
  return modifiers.length > 0 ? `${name}(${modifiers.join(', ')})` : name;
}
