/** One statement of a script. */
export interface Statement {
  /** As it stands between the semicolons, comments included. */
  text: string;
  /** Without comments and without what is between quotes; empty where there is nothing but comments. Safe to show. */
  code: string;
  /** Where in the script its first word stands, and where it ends, before the semicolon. */
  start: number;
  end: number;
}

/** docs: PostgreSQL, Lexical Structure. Nested comments and dollar quotes are followed by hand. */
const token =
  /(?<space>\s+)|(?<comment>--[^\r\n]*)|(?<block>\/\*)|(?<string>[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|'(?:[^']|'')*(?:'|$))|(?<name>"(?:[^"]|"")*(?:"|$))|(?<dollar>\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$)|(?<word>[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*)|(?<other>\d[\w.]*|[\s\S])/y;

/** Splits a script at the semicolons that end a statement; a last part of comments only is kept, with no code. */
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
      ? blockCommentLength(script, at)
      : kind.dollar
        ? dollarLength(script, at, text)
        : text.length;
    if (kind.other === ';' && statement.depth === 0) end(at);
    else if (kind.space || kind.comment || kind.block) statement.code += ' ';
    else {
      statement.start ??= at;
      statement.code += kind.string ? "''" : kind.dollar ? '$$' : text;
      statement.depth += nesting(kind.word?.toUpperCase() ?? text, statement);
    }
    at += Math.max(length, 1);
  }
  end(script.length);
  return statements.map(statement => ({ ...statement, code: statement.code.replace(/\s+/g, ' ') }));
}

function emptyStatement() {
  return { code: '', start: undefined as number | undefined, depth: 0, atomic: false };
}

/** Semicolons within parentheses (rules) and within BEGIN ATOMIC … END (bodies of functions) end no statement. */
function nesting(word: string, statement: { code: string; atomic: boolean }): number {
  if (word === '(') return 1;
  if (word === ')') return -1;
  if (word === 'ATOMIC' && /\bBEGIN\s+ATOMIC$/i.test(statement.code)) {
    statement.atomic = true;
    return 1;
  }
  if (!statement.atomic) return 0;
  return word === 'CASE' ? 1 : word === 'END' ? -1 : 0;
}

function blockCommentLength(script: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  for (let depth = 0, found = mark.exec(script); found; found = mark.exec(script)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex - start;
  }
  return script.length - start;
}

function dollarLength(script: string, start: number, tag: string): number {
  const close = script.indexOf(tag, start + tag.length);
  return (close < 0 ? script.length : close + tag.length) - start;
}

/** The code of a statement, for a sentence. */
export function shorten(code: string): string {
  return code.length > 100 ? `${code.slice(0, 99)}…` : code;
}
