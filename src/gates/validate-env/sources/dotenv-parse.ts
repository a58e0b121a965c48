/** One line of a dotenv file that sets a variable. */
export interface Assignment {
  name: string;
  value: string;
  /** From 1. */
  line: number;
}

export interface Fault {
  line: number;
  /** Completes a sentence that begins with the file; shows no value. */
  problem: string;
  help: string;
}

export interface Dotenv {
  assignments: Assignment[];
  faults: Fault[];
}

const assignment = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=\s*/;

/**
 * Reads a dotenv file as the npm package `dotenv` does (double quotes with `\n`, single quotes as they are, backquotes,
 * values over several lines in quotes, a comment from `#` on), and reports what tools read differently.
 */
export function parseDotenv(text: string): Dotenv {
  const assignments: Assignment[] = [];
  const faults: Fault[] = [];
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  if (text.startsWith('\ufeff')) {
    const problem = 'begins with a byte order mark, which some tools read as part of the first name';
    faults.push({ line: 1, problem, help: 'Save it as UTF-8 without a byte order mark.' });
  }
  const firstLines = new Map<string, number>();
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (/^\s*(#|$)/.test(line)) continue;
    const match = assignment.exec(line);
    const name = match?.[1];
    if (!match || name === undefined) {
      const problem = 'has a line that sets no variable';
      faults.push({ line: at + 1, problem, help: 'Write it as NAME=value, or remove it.' });
      continue;
    }
    const first = firstLines.get(name);
    if (first !== undefined) {
      const problem = `sets ${name} a second time (first in line ${first}); tools differ in which value they use`;
      faults.push({ line: at + 1, problem, help: 'Remove one of the two.' });
    }
    firstLines.set(name, at + 1);
    const read = readQuoted(lines, at, match[0].length);
    if (read === undefined) {
      const problem = `opens a quote for ${name} and never closes it`;
      faults.push({ line: at + 1, problem, help: 'Close the quote at the end of the value.' });
      continue;
    }
    if (read.cutOff) {
      const problem = `has a \`#\` in ${name} without quotes, where most tools start a comment`;
      faults.push({ line: at + 1, problem, help: 'Put the value in quotes.' });
    }
    assignments.push({ name, value: read.value, line: at + 1 });
    at = read.lastLine;
  }
  return { assignments, faults };
}

interface Value {
  value: string;
  lastLine: number;
  /** Whether a `#` in the middle of a word ends it. */
  cutOff?: boolean;
}

/** The value that begins in this line and column, and the line it ends in; undefined if its quote is never closed. */
function readQuoted(lines: string[], line: number, column: number): Value | undefined {
  const rest = (lines[line] ?? '').slice(column);
  const quote = rest[0];
  if (quote !== '"' && quote !== "'" && quote !== '`') {
    return { value: rest.replace(/#.*$/, '').trim(), lastLine: line, cutOff: /^[^#]*[^#\s]#/.test(rest) };
  }
  const parts: string[] = [];
  for (let at = line; at < lines.length; at++) {
    const part = at === line ? rest.slice(1) : (lines[at] ?? '');
    const end = findClosingQuote(part, quote);
    if (end >= 0) {
      parts.push(part.slice(0, end));
      const value = parts.join('\n');
      return { value: quote === '"' ? unescapeNewlines(value) : value, lastLine: at };
    }
    // A line that sets another variable means that the closing quote is missing.
    if (at > line && /^\s*(?:export\s+)?[A-Z_][A-Z0-9_]*\s*=/.test(part)) return undefined;
    parts.push(part);
  }
  return undefined;
}

function findClosingQuote(text: string, quote: string): number {
  for (let at = 0; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

function unescapeNewlines(text: string): string {
  return text.replaceAll('\\n', '\n').replaceAll('\\r', '\r');
}
