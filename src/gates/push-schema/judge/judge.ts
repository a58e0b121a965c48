import type { Node } from 'libpg-query';
import { type ParsedScript, type PostgresParser, SyntaxFault } from '../../../clients/postgres-parser.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { Known } from '../catalog/known.ts';
import { learn } from '../catalog/learn.ts';
import type { LiveFunction } from '../catalog/live-functions.ts';
import type { LiveTable } from '../catalog/live-tables.ts';
import { type TableName, tableOf } from '../catalog/names.ts';
import { type Migration, placeOf } from '../migration.ts';
import { placeAt } from '../sql/place.ts';
import { shorten, splitStatements } from '../sql/statements.ts';
import { sqlRules } from '../sql-rules/index.ts';
import { notJudgedFinding } from '../sql-rules/not-judged.ts';
import type { About, JudgeSettings, Sighting, SqlRule } from '../sql-rules/rule.ts';
import { type Allowance, allowanceFor, allowancesIn, findingsOfAllowances, type Reach } from './allowance.ts';
import { type Graded, isWorse } from './grade.ts';
import { severityBySize, sizeSentence } from './size.ts';

export const syntaxErrorFinding: FindingKind = {
  code: 'schema/syntax-error',
  severity: 'error',
  boundary: 'data',
  meaning: "A migration is not SQL that PostgreSQL's own parser accepts, so it would fail.",
  cause: 'A typing error, a conflict that git has marked, SQL of another database, or data of COPY within the script.',
  help: 'Correct the script at this place.',
};

export const emptyMigrationFinding: FindingKind = {
  code: 'schema/empty-migration',
  severity: 'notice',
  boundary: 'data',
  meaning: 'A migration has no statement, so it only gets its row in the ledger.',
  cause: 'A migration that was made to be written by hand, and was forgotten.',
  help: 'Write it, or delete it if it was never applied.',
};

export interface JudgeRequest {
  /** Migrations that the database has already, seen for what they make. */
  earlier?: Migration[];
  settings: JudgeSettings;
  /** The tables that the scripts name; undefined where no database was asked. */
  live?: LiveTable[] | undefined;
  /** The functions that the scripts name, where a database was asked. */
  liveFunctions?: LiveFunction[];
  serverVersion?: number | undefined;
  /** The schemas in which names without one are looked for, in order. Default `public` alone. */
  searchPath?: string[];
  /** Names of migrations that somebody has approved. */
  approved?: string[];
  /** How what loses data and is not approved by name is told, instead of as its rule does. */
  loss?: Pick<Finding, 'severity' | 'help'> | undefined;
}

/** What is to be said of a migration, and what it means for going back. */
export interface Judged extends Graded {
  migration: Migration;
  findings: Finding[];
}

/** Judges pending migrations, in order: each is seen with what those before it have made. */
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

/** The names in a script that may be those of tables, as PostgreSQL reads them: it lowers the letters of ASCII only. */
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

/** What a rule has seen, to be told once all pending migrations are known. */
interface Seen {
  rule: SqlRule;
  sighting: Sighting;
  statement: { start: number; end: number; previousEnd: number };
  /** What names without a schema meant there. */
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
    this.#allowances = allowancesIn(migration.script);
  }

  judge(): void {
    this.#known.searchPath = this.#request.searchPath ?? ['public']; // each migration begins in a session as new
    const { script, path, name } = this.#migration;
    if (this.#migration.isProgram) {
      this.#graded = { grade: 'breaking', because: 'a program, which nobody can judge' };
      const message = `${name} is a program, so what it does cannot be judged.`;
      this.#findings = [found(notJudgedFinding, { message, place: placeOf(this.#migration) })];
      return;
    }
    let parsed: ParsedScript;
    try {
      parsed = this.#parser.parse(script);
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
      this.#graded = { grade: 'breaking', because: 'the script could not be read' };
      if (script[error.index] === '\\') return; // a command of psql, which has a finding of its own
      this.#findings = [
        found(syntaxErrorFinding, { ...faultIn(name, script, error), place: placeAt(script, error.index, path) }),
      ];
      return;
    }
    const { statements, indexOf } = parsed;
    if (statements.length === 0) {
      const message = `${name} has no statement.`;
      this.#findings = [found(emptyMigrationFinding, { message, place: placeOf(this.#migration) })];
    }
    const siblings = statements.flatMap(({ node }) => [node, ...withinOf(node)]);
    let previousEnd = 0;
    for (const { node, start, end } of statements) {
      this.#look(node, { start, end, previousEnd }, siblings);
      previousEnd = end;
    }
    this.#indexOf = indexOf;
  }

  /** After all pending migrations are known: what still holds, as findings. */
  conclude(): Judged {
    for (const { rule, sighting, statement, searchPath } of this.#seen) {
      this.#known.searchPath = searchPath;
      if (!sighting.unless?.()) this.#add(rule, sighting, statement);
    }
    const { script, path } = this.#migration;
    const findings = [...this.#findings, ...findingsOfAllowances(this.#allowances, knownCodes, script, path)];
    return { migration: this.#migration, findings, ...this.#graded };
  }

  #look(node: Node, statement: Seen['statement'], siblings: Node[]): void {
    const block = 'DoStmt' in node ? this.#blockOf(node.DoStmt) : undefined;
    const parts = [node, ...(block?.statements ?? [])].flatMap(part => [part, ...withinOf(part)]);
    for (const part of parts) {
      const about = this.#about(part, block ? [...siblings, ...parts] : siblings, block?.dynamic ?? false);
      for (const [name, value] of partsOf(part)) {
        for (const { rule, look } of looksAt.get(name) ?? []) {
          const seen = look(value, about);
          for (const sighting of [seen ?? []].flat())
            this.#seen.push({ rule, sighting, statement, searchPath: this.#known.searchPath });
        }
      }
      learn(this.#known, part, block !== undefined);
    }
  }

  #about(node: Node, siblings: Node[], dynamic: boolean): About {
    const table: TableName = 'AlterTableStmt' in node ? tableOf(node.AlterTableStmt.relation) : { name: '' };
    const { settings, serverVersion } = this.#request;
    return { known: this.#known, table, siblings, dynamic, serverVersion, settings };
  }

  /** A block that the parser cannot take apart counts as one that makes its SQL up. */
  #blockOf({ args = [] }: { args?: Node[] }): { statements: Node[]; dynamic: boolean } {
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
      const [statement] = splitStatements(script.slice(indexOf(start), indexOf(end)));
      this.#graded = { grade, because: shorten(statement?.code ?? '') };
    }

    const size = sighting.size && severityBySize(this.#known, sighting.size);
    const severity = sighting.severity ?? size ?? rule.kind.severity;
    const message = `${sighting.message}${sighting.size ? sizeSentence(this.#known, sighting.size) : ''}`;
    const place = placeAt(script, indexOf(sighting.location ?? start), path);
    const details: Pick<Finding, 'message' | 'place'> & { help?: string } = { message, place };
    if (sighting.help) details.help = sighting.help;
    const reach = reachOf(script, indexOf(previousEnd), indexOf(end));
    const allowed = allowanceFor(this.#allowances, rule.kind.code, reach);
    const { approved = [], loss } = this.#request;
    if (allowed) {
      const help = `Nothing: it is allowed beside the SQL, for "${allowed.reason}".`;
      this.#findings.push(found(rule.kind, { ...details, severity: 'notice', help }));
    } else if (severity === 'error' && approved.includes(name)) {
      const help = 'Nothing: it is approved, as the input `approve` names the migration.';
      this.#findings.push(found(rule.kind, { ...details, severity: 'notice', help }));
    } else {
      const loses = severity === 'error' && grade === 'irreversible';
      this.#findings.push(found(rule.kind, { ...details, severity, ...(loses && loss) }));
    }
  }
}

/** What is wrong, in words that say so where the parser's own would mislead. */
function faultIn(
  name: string,
  script: string,
  { message: reason, index }: SyntaxFault,
): { message: string; help?: string } {
  if (script.startsWith('\uFEFF')) {
    const message = `${name} begins with a byte order mark, which PostgreSQL takes for a part of its first word.`;
    return { message, help: 'Save the file as UTF-8 without a byte order mark.' };
  }
  const message = `${name} is not SQL: ${reason.replace(/\s+/g, ' ')}.`;
  const before = splitStatements(script.slice(0, index)).at(-1)?.code ?? '';
  if (!/^copy\b.* from stdin\b/i.test(before)) return { message };
  return { message, help: 'Only psql reads data of COPY from within a script: write INSERT instead.' };
}

/** From behind the line on which the statement before ends, to the end of the line on which this one does. */
function reachOf(script: string, previousEnd: number, end: number): Reach {
  const lineEnd = (index: number) => {
    const at = script.indexOf('\n', index);
    return at < 0 ? script.length : at;
  };
  return { from: previousEnd === 0 ? 0 : lineEnd(previousEnd), to: lineEnd(end) };
}

/** Statements within a statement that change rows: in its WITH, or what EXPLAIN runs. */
function withinOf(node: Node): Node[] {
  if ('ExplainStmt' in node) return node.ExplainStmt.query ? [node.ExplainStmt.query] : [];
  return ctesOf(node).flatMap(query =>
    'CommonTableExpr' in query && query.CommonTableExpr.ctequery ? [query.CommonTableExpr.ctequery] : [],
  );
}

function ctesOf(node: Node): Node[] {
  if ('SelectStmt' in node) return node.SelectStmt.withClause?.ctes ?? [];
  if ('InsertStmt' in node) return node.InsertStmt.withClause?.ctes ?? [];
  if ('UpdateStmt' in node) return node.UpdateStmt.withClause?.ctes ?? [];
  return ('DeleteStmt' in node && node.DeleteStmt.withClause?.ctes) || [];
}

/** A statement, and each command of an ALTER TABLE. */
function partsOf(node: Node): [name: string, value: unknown][] {
  const parts: [string, unknown][] = Object.entries(node);
  if ('AlterTableStmt' in node) {
    for (const command of node.AlterTableStmt.cmds ?? []) parts.push(...Object.entries(command));
  }
  return parts;
}

/** What can be allowed beside the SQL. */
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
