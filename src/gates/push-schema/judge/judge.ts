import type { Node } from 'libpg-query';
import { type ParsedScript, type PostgresParser, SyntaxFault } from '../../../clients/postgres-parser.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { Known } from '../catalog/known.ts';
import { learn } from '../catalog/learn.ts';
import type { LiveFunction } from '../catalog/live-functions.ts';
import type { LiveRights } from '../catalog/live-rights.ts';
import type { LiveTable } from '../catalog/live-tables.ts';
import { type TableName, tableOf } from '../catalog/names.ts';
import { type Migration, placeOf } from '../migration.ts';
import { placeAt } from '../sql/place.ts';
import { shorten, splitStatements } from '../sql/statements.ts';
import { sqlRules } from '../sql-rules/index.ts';
import { notJudgedFinding } from '../sql-rules/not-judged.ts';
import type { About, JudgeSettings, Sighting, SqlRule } from '../sql-rules/rule.ts';
import { type Allowance, findAllowance, parseAllowances, type Reach, reportAllowances } from './allowance.ts';
import { type Graded, isWorse } from './grade.ts';
import { describeSize, rateBySize } from './size.ts';

export const syntaxErrorFinding: FindingKind = {
  code: 'schema/syntax-error',
  severity: 'error',
  boundary: 'data',
  meaning: "PostgreSQL's own parser rejects a migration, so it would fail.",
  cause: 'A typo, conflict markers of git, SQL of another database, or COPY data within the script.',
  help: 'Correct the script at this place.',
};

export const emptyMigrationFinding: FindingKind = {
  code: 'schema/empty-migration',
  severity: 'notice',
  boundary: 'data',
  meaning: 'A migration has no statement. Applying it only adds its row to the ledger.',
  cause: 'A migration that was created to be written by hand, and then forgotten.',
  help: 'Write it, or delete it if it was never applied.',
};

export interface JudgeRequest {
  /** Migrations that the database already has; read for what they create. */
  earlier?: Migration[];
  settings: JudgeSettings;
  /** The tables that the scripts name; undefined without a database. */
  live?: LiveTable[] | undefined;
  /** The functions that the scripts name. */
  liveFunctions?: LiveFunction[];
  serverVersion?: number | undefined;
  /** What the role that applies the migrations may do; undefined where that is not known. */
  rights?: LiveRights | undefined;
  /** The search path. Default `public` alone. */
  searchPath?: string[];
  /** The names in the input `approve`. */
  approved?: string[];
  /** Severity and help for an unapproved loss of data, instead of the rule's own. */
  loss?: Pick<Finding, 'severity' | 'help'> | undefined;
}

/** The findings of a migration, and its grade for going back. */
export interface Judged extends Graded {
  migration: Migration;
  findings: Finding[];
}

/** Judges pending migrations in order, each knowing what the earlier ones create. */
export function judge(parser: PostgresParser, migrations: Migration[], request: JudgeRequest): Judged[] {
  const known = new Known(request.live, request.searchPath ?? ['public']);
  for (const { names, returns } of request.liveFunctions ?? []) {
    for (const name of names) known.learnReturns(name, returns);
  }
  for (const migration of request.earlier ?? []) new ScriptJudge(parser, migration, known, request).judge();
  known.settle();
  const scripts = migrations.map(migration => new ScriptJudge(parser, migration, known, request));
  for (const script of scripts) script.judge();
  return scripts.map(script => script.conclude());
}

/** The names in a script that may be those of tables. As in PostgreSQL, only ASCII letters are lowered. */
export function listNames(script: string): string[] {
  const words = script.match(/"(?:[^"]|"")+"|[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*/g) ?? [];
  return words.map(word =>
    word.startsWith('"')
      ? word.slice(1, -1).replaceAll('""', '"')
      : /[A-Z]/.test(word)
        ? word.replace(/[A-Z]/g, letter => letter.toLowerCase())
        : word,
  );
}

/** What a rule found; it becomes a finding once all pending migrations are known. */
interface Seen {
  rule: SqlRule;
  sighting: Sighting;
  statement: { start: number; end: number; previousEnd: number };
  /** The search path at that statement. */
  searchPath: string[];
}

class ScriptJudge {
  readonly #parser: PostgresParser;
  readonly #migration: Migration;
  readonly #known: Known;
  readonly #request: JudgeRequest;
  readonly #allowances: Allowance[];
  #indexOf: ParsedScript['indexOf'] = byte => byte;
  #findings: Finding[] = [];
  readonly #seen: Seen[] = [];
  #graded: Graded = { grade: 'compatible' };

  constructor(parser: PostgresParser, migration: Migration, known: Known, request: JudgeRequest) {
    this.#parser = parser;
    this.#migration = migration;
    this.#known = known;
    this.#request = request;
    this.#allowances = parseAllowances(migration.script);
  }

  judge(): void {
    this.#known.searchPath = this.#request.searchPath ?? ['public']; // each migration starts with a fresh session
    const { script, path, name } = this.#migration;
    if (this.#migration.isProgram) {
      this.#graded = { grade: 'breaking', because: 'a program, which the gate cannot judge' };
      const message = `${name} is a program, so the gate cannot judge what it does.`;
      this.#findings = [found(notJudgedFinding, { message, place: placeOf(this.#migration) })];
      return;
    }
    let parsed: ParsedScript;
    try {
      parsed = this.#parser.parse(script);
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
      this.#graded = { grade: 'breaking', because: 'the script could not be parsed' };
      if (script[error.index] === '\\') return; // a psql command has its own finding
      this.#findings = [
        found(syntaxErrorFinding, { ...explainFault(name, script, error), place: placeAt(script, error.index, path) }),
      ];
      return;
    }
    const { statements, indexOf } = parsed;
    if (statements.length === 0) {
      const message = `${name} has no statement.`;
      this.#findings = [found(emptyMigrationFinding, { message, place: placeOf(this.#migration) })];
    }
    const siblings = statements.flatMap(({ node }) => [node, ...listInner(node)]);
    let previousEnd = 0;
    this.#indexOf = indexOf;
    for (const { node, start, end } of statements) {
      this.#look(node, { start, end, previousEnd }, siblings);
      previousEnd = end;
    }
  }

  /** The findings that still hold once all pending migrations are known. */
  conclude(): Judged {
    for (const { rule, sighting, statement, searchPath } of this.#seen) {
      this.#known.searchPath = searchPath;
      if (!sighting.unless?.()) this.#add(rule, sighting, statement);
    }
    const { script, path } = this.#migration;
    const findings = [...this.#findings, ...reportAllowances(this.#allowances, knownCodes, script, path)];
    return { migration: this.#migration, findings, ...this.#graded };
  }

  #look(node: Node, statement: Seen['statement'], siblings: Node[]): void {
    const block = 'DoStmt' in node ? this.#parseBlock(node.DoStmt) : undefined;
    const code = this.#readCode(statement);
    const parts = [node, ...(block?.statements ?? [])].flatMap(part => [part, ...listInner(part)]);
    for (const part of parts) {
      const about = this.#describe(part, {
        siblings: block ? [...siblings, ...parts] : siblings,
        code,
        inBlock: block !== undefined,
        dynamic: block?.dynamic ?? false,
      });
      for (const [name, value] of listParts(part)) {
        for (const { rule, look } of looksAt.get(name) ?? []) {
          const seen = look(value, about);
          for (const sighting of [seen ?? []].flat())
            this.#seen.push({ rule, sighting, statement, searchPath: this.#known.searchPath });
        }
      }
      learn(this.#known, part, block !== undefined);
    }
  }

  #describe(node: Node, around: Pick<About, 'siblings' | 'code' | 'inBlock' | 'dynamic'>): About {
    const table: TableName = 'AlterTableStmt' in node ? tableOf(node.AlterTableStmt.relation) : { name: '' };
    const { settings, serverVersion, rights } = this.#request;
    return { known: this.#known, table, serverVersion, rights, settings, ...around };
  }

  #readCode({ start, end }: Seen['statement']): string {
    const text = this.#migration.script.slice(this.#indexOf(start), this.#indexOf(end));
    return splitStatements(text)[0]?.code ?? '';
  }

  /** A block that the parser cannot read counts as one that composes its SQL. */
  #parseBlock({ args = [] }: { args?: Node[] }): { statements: Node[]; dynamic: boolean } {
    const texts = args.flatMap(node => ('DefElem' in node && node.DefElem.defname === 'as' ? [node.DefElem.arg] : []));
    const body = texts.map(node => (node && 'String' in node ? (node.String.sval ?? '') : '')).join('');
    try {
      return this.#parser.block(body);
    } catch {
      return { statements: [], dynamic: true };
    }
  }

  #add(rule: SqlRule, sighting: Sighting, { start, end, previousEnd }: Seen['statement']): void {
    const { script, path, name } = this.#migration;
    const indexOf = this.#indexOf;
    const grade = sighting.grade ?? rule.grade ?? 'compatible';
    if (isWorse(grade, this.#graded.grade)) {
      this.#graded = { grade, because: shorten(this.#readCode({ start, end, previousEnd })) };
    }

    const size = sighting.size && rateBySize(this.#known, sighting.size);
    const severity = sighting.severity ?? size ?? rule.kind.severity;
    const message = `${sighting.message}${sighting.size ? describeSize(this.#known, sighting.size) : ''}`;
    const place = placeAt(script, indexOf(sighting.location ?? start), path);
    const details: Pick<Finding, 'message' | 'place'> & { help?: string } = { message, place };
    if (sighting.help) details.help = sighting.help;
    const reach = findReach(script, indexOf(previousEnd), indexOf(end));
    const allowed = findAllowance(this.#allowances, rule.kind.code, reach);
    const { approved = [], loss } = this.#request;
    if (allowed) {
      const help = `No action needed: a comment allows it, with the reason "${allowed.reason}".`;
      this.#findings.push(found(rule.kind, { ...details, severity: 'notice', help }));
    } else if (severity === 'error' && !rule.ofDatabase && approved.includes(name)) {
      const help = 'No action needed: the input `approve` names the migration.';
      this.#findings.push(found(rule.kind, { ...details, severity: 'notice', help }));
    } else {
      const loses = severity === 'error' && grade === 'irreversible';
      this.#findings.push(found(rule.kind, { ...details, severity, ...(loses && loss) }));
    }
  }
}

/** Explains the error where the parser's own message would mislead. */
function explainFault(
  name: string,
  script: string,
  { message: reason, index }: SyntaxFault,
): { message: string; help?: string } {
  const message = `${name} is not SQL: ${reason.replace(/\s+/g, ' ')}.`;
  const before = splitStatements(script.slice(0, index)).at(-1)?.code ?? '';
  if (!/^copy\b.* from stdin\b/i.test(before)) return { message };
  return { message, help: 'Write INSERT instead: only psql reads COPY data from within a script.' };
}

/** From the line after the previous statement to the end of the last line of this one. */
function findReach(script: string, previousEnd: number, end: number): Reach {
  const lineEnd = (index: number) => {
    const at = script.indexOf('\n', index);
    return at < 0 ? script.length : at;
  };
  return { from: previousEnd === 0 ? 0 : lineEnd(previousEnd), to: lineEnd(end) };
}

/** Statements within a statement that change rows: in its WITH, or what EXPLAIN runs. */
function listInner(node: Node): Node[] {
  if ('ExplainStmt' in node) return node.ExplainStmt.query ? [node.ExplainStmt.query] : [];
  return listCtes(node).flatMap(query =>
    'CommonTableExpr' in query && query.CommonTableExpr.ctequery ? [query.CommonTableExpr.ctequery] : [],
  );
}

function listCtes(node: Node): Node[] {
  if ('SelectStmt' in node) return node.SelectStmt.withClause?.ctes ?? [];
  if ('InsertStmt' in node) return node.InsertStmt.withClause?.ctes ?? [];
  if ('UpdateStmt' in node) return node.UpdateStmt.withClause?.ctes ?? [];
  return ('DeleteStmt' in node && node.DeleteStmt.withClause?.ctes) || [];
}

/** A statement, and each command of an ALTER TABLE. */
function listParts(node: Node): [name: string, value: unknown][] {
  const parts: [string, unknown][] = Object.entries(node);
  if ('AlterTableStmt' in node) {
    for (const command of node.AlterTableStmt.cmds ?? []) parts.push(...Object.entries(command));
  }
  return parts;
}

/** The findings that a comment can allow. */
const knownCodes = sqlRules.map(({ kind }) => kind.code);

type AnyLook = (value: unknown, about: About) => Sighting | Sighting[] | undefined;

/** The rules by what they look at. */
const looksAt = new Map<string, { rule: SqlRule; look: AnyLook }[]>();
for (const rule of sqlRules) {
  for (const [name, look] of Object.entries(rule.look)) {
    const looks = looksAt.get(name) ?? [];
    looksAt.set(name, [...looks, { rule, look: look as AnyLook }]); // the key says which node it is given
  }
}
