import { setFlagsFromString } from 'node:v8';
import type { Node, ParseResult } from 'libpg-query';
import { findByteIndex } from './byte-index.ts';

/** PostgreSQL's own parser, of version 18 (libpg_query, compiled to WebAssembly). */
export interface PostgresParser {
  /** Throws a SyntaxFault if PostgreSQL would not parse the script. */
  parse(script: string): ParsedScript;
  /** The SQL statements of a PL/pgSQL block; `dynamic` where it also composes SQL while it runs. */
  block(body: string): { statements: Node[]; dynamic: boolean };
}

export interface ParsedStatement {
  node: Node;
  /** From its first word to before its semicolon, in bytes of UTF-8. */
  start: number;
  end: number;
}

export interface ParsedScript {
  statements: ParsedStatement[];
  /** The index in the script for a byte offset of the parser. */
  indexOf(byte: number): number;
}

/** The script is not SQL. */
export class SyntaxFault extends Error {
  /** The position in the script. */
  readonly index: number;

  constructor(message: string, index: number) {
    super(message);
    this.name = 'SyntaxFault';
    this.index = index;
  }
}

export async function loadPostgresParser(): Promise<PostgresParser> {
  // V8 would compile the parser a second time, which only pays for long runs and takes half a gigabyte of memory. Parse
  // trees are short-lived, so a larger young generation would only take memory.
  setFlagsFromString('--liftoff-only --no-wasm-tier-up --no-wasm-dynamic-tiering --semi-space-growth-factor=1');
  const { loadModule, parseSync, parsePlPgSQLSync } = await import('./libpg-query.ts');
  await loadModule();
  const parse = (script: string): ParsedScript => {
    const { stmts = [] } = parsed(script, parseSync);
    const bytes = Buffer.byteLength(script);
    const statements = stmts.flatMap(({ stmt, stmt_location: start = 0, stmt_len: length }) =>
      stmt ? [{ node: stmt, start, end: length ? start + length : bytes }] : [],
    );
    return { statements, indexOf: findByteIndex(script) };
  };
  return {
    parse,
    block: body => {
      const tag = `$block${body.includes('$block$') ? 'of' : ''}$`;
      const found: Block = { queries: [], dynamic: false };
      collect(parsePlPgSQLSync(`CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS ${tag}${body}${tag}`), found);
      return {
        statements: found.queries.flatMap(query => parse(query).statements.map(({ node }) => node)),
        dynamic: found.dynamic,
      };
    },
  };
}

function parsed(script: string, parseSync: (query: string) => ParseResult): ParseResult {
  if (script === '') return {};
  try {
    return parseSync(script);
  } catch (error) {
    const details = error instanceof Error && 'sqlDetails' in error ? error.sqlDetails : undefined;
    if (typeof details !== 'object' || details === null || !('cursorPosition' in details)) throw error;
    throw new SyntaxFault(error instanceof Error ? error.message : String(error), findCharacter(script, details));
  }
}

/** Here the parser counts characters, not UTF-16 units. */
function findCharacter(script: string, details: object): number {
  const position = 'cursorPosition' in details ? Number(details.cursorPosition) : 0;
  return [...script].slice(0, position).join('').length;
}

interface Block {
  queries: string[];
  dynamic: boolean;
}

/** RAW_PARSE_DEFAULT (src/include/parser/parser.h): the text is a statement, not an expression or an assignment. */
const wholeStatement = 0;

/** libpg_query, src/pg_query_json_plpgsql.c: SQL statements have their text; everything else is control flow. */
function collect(value: unknown, found: Block): void {
  if (Array.isArray(value)) for (const item of value) collect(item, found);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  for (const [key, item] of Object.entries(value)) {
    if (/^PLpgSQL_stmt_dyn|^dynquery$/.test(key)) found.dynamic = true;
    const query = key === 'PLpgSQL_expr' && (item?.parseMode ?? 0) === wholeStatement ? item?.query : undefined;
    if (typeof query === 'string') found.queries.push(query);
    else collect(item, found);
  }
}
