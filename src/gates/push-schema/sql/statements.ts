/** One statement of a script. */
export interface Statement {
  /** The text between the semicolons, with comments. */
  text: string;
  /** Without comments and string contents, so safe to show; empty if there are only comments. */
  code: string;
  /** From its first word to before its semicolon. */
  start: number;
  end: number;
}

/** docs: PostgreSQL, Lexical Structure. Nested comments and dollar quotes need code of their own. */
const token =
  /(?<space>\s+)|(?<comment>--[^\r\n]*)|(?<block>\/\*)|(?<string>[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|'(?:[^']|'')*(?:'|$))|(?<name>"(?:[^"]|"")*(?:"|$))|(?<dollar>\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$)|(?<word>[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*)|(?<other>\d[\w.]*|[\s\S])/y;

/** Splits a script at the semicolons that end a statement. A last part with only comments is kept, with empty `code`. */
export function splitStatements(script: string): Statement[] {
  const statements: Statement[] = [];
  let from = 0;
  let statement = emptyStatement();
  const end = (at: number) => {
    const text = script.slice(from, at).trim();
    const { code, start } = statement;
    if (text) statements.push({ text, code: code.trim(), start: start ?? from, end: at });
    from = at + 1;
    statement = emptyStatement();
  };
  for (let at = 0; at < script.length; ) {
    token.lastIndex = at;
    const { 0: text = '', groups: kind = {} } = token.exec(script) ?? {};
    const length = kind.block
      ? measureComment(script, at)
      : kind.dollar
        ? measureDollarQuote(script, at, text)
        : text.length;
    if (kind.other === ';' && statement.depth === 0) end(at);
    else if (kind.space || kind.comment || kind.block) statement.code += ' ';
    else {
      statement.start ??= at;
      statement.code += kind.string ? "''" : kind.dollar ? '$$' : text;
      statement.depth += measureNesting(kind.word?.toUpperCase() ?? text, statement);
    }
    at += Math.max(length, 1);
  }
  end(script.length);
  return statements.map(statement => ({ ...statement, code: statement.code.replace(/\s+/g, ' ') }));
}

function emptyStatement() {
  return { code: '', start: undefined as number | undefined, depth: 0, atomic: false };
}

/** A semicolon within parentheses (rules) or within BEGIN ATOMIC … END (function bodies) does not end a statement. */
function measureNesting(word: string, statement: { code: string; atomic: boolean }): number {
  if (word === '(') return 1;
  if (word === ')') return -1;
  if (word === 'ATOMIC' && /\bBEGIN\s+ATOMIC$/i.test(statement.code)) {
    statement.atomic = true;
    return 1;
  }
  if (!statement.atomic) return 0;
  return word === 'CASE' ? 1 : word === 'END' ? -1 : 0;
}

function measureComment(script: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  for (let depth = 0, found = mark.exec(script); found; found = mark.exec(script)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex - start;
  }
  return script.length - start;
}

function measureDollarQuote(script: string, start: number, tag: string): number {
  const close = script.indexOf(tag, start + tag.length);
  return (close < 0 ? script.length : close + tag.length) - start;
}

/** Limits the length of a statement for a sentence. */
export function shorten(code: string): string {
  return code.length > 100 ? `${code.slice(0, 99)}…` : code;
}
