import { isUsualName, looksLikeData } from './dotenv-names.ts';

/** One line of a dotenv file that sets a variable. */
export interface Assignment {
  name: string;
  value: string;
  /** From 1. */
  line: number;
  /**
   * Whether the name may be shown. After a line that is not an assignment, what looks like a name may be a piece of a
   * secret that was broken over lines.
   */
  shown: boolean;
}

export interface Fault {
  line: number;
  severity: 'error' | 'notice';
  /** Completes a sentence that begins with the file; shows no value. */
  problem: string;
  help: string;
}

export interface Dotenv {
  assignments: Assignment[];
  faults: Fault[];
}

const blank = '\\s*';
const name = '(?:export\\s+)?([\\w.-]+)';
const separator = '(?:\\s*=\\s*?|:\\s+?)';
const quoted = ["'", '"', '`'].map(quote => `\\s*${quote}(?:\\\\${quote}|[^${quote}])*${quote}`).join('|');
const comment = '\\s*(?:#.*)?$';

/** The grammar of the npm package `dotenv`, versions 15 to 18, which Next.js and Vite bundle (its lib/main.js). */
const assignment = `^${blank}${name}${separator}(${quoted}|[^#\\r\\n]+)?${comment}`;

/** Reads a dotenv file exactly as the npm package `dotenv` does, and reports what it skips or other tools read differently. */
export function parseDotenv(text: string): Dotenv {
  const source = text.replace(/\r\n?/g, '\n');
  const file = new Reading(source);
  if (source.startsWith('\ufeff')) {
    const problem = 'begins with a byte order mark, which some tools read as part of the first name';
    file.report(1, 'notice', problem, 'Save it as UTF-8 without a byte order mark.');
  }
  let end = 0;
  for (const match of source.matchAll(new RegExp(assignment, 'gmd'))) {
    const [nameAt = match.index, nameEnd = nameAt] = match.indices?.[1] ?? [];
    const [, rawEnd = nameEnd] = match.indices?.[2] ?? [];
    file.skip(end, match.index);
    file.assign({ name: match[1] ?? '', raw: match[2] ?? '', nameAt, nameEnd, rawEnd });
    end = match.index + match[0].length;
  }
  file.skip(end, source.length);
  return { assignments: file.assignments, faults: file.faults };
}

/** One match of the grammar. */
interface Match {
  name: string;
  /** What stands after the separator. */
  raw: string;
  nameAt: number;
  nameEnd: number;
  rawEnd: number;
}

class Reading {
  readonly assignments: Assignment[] = [];
  readonly faults: Fault[] = [];
  readonly #source: string;
  readonly #known = new Map<string, Assignment>();
  #shown = true;
  #line = 1;
  #lineAt = 0;

  constructor(source: string) {
    this.#source = source;
  }

  report(line: number, severity: Fault['severity'], problem: string, help: string): void {
    this.faults.push({ line, severity, problem, help });
  }

  /** Text between two assignments, which `dotenv` ignores. */
  skip(from: number, to: number): void {
    let at = from;
    for (const text of this.#source.slice(from, to).split('\n')) {
      if (!/^\s*(?:#|$)/.test(text)) {
        this.report(
          this.#findLine(at),
          'error',
          'has a line that sets no variable',
          'Write it as NAME=value, or put a value of several lines in quotes.',
        );
        this.#shown = false;
      }
      at += text.length + 1;
    }
  }

  assign(match: Match): void {
    const { name, raw } = match;
    const line = this.#findLine(match.nameAt);
    const value = readValue(raw);
    if (looksLikeData(name, raw.trim(), this.assignments.at(-1)?.value)) {
      this.report(
        line,
        'error',
        'has a line that looks like a piece of the value before it',
        'Put a value of several lines in quotes.',
      );
      this.#shown = false;
    }
    const assigned = { name, value, line, shown: this.#shown && isUsualName(name) };
    const called = assigned.shown ? name : 'a variable';
    this.#reportForm(assigned, called, match);
    this.#reportTwice(assigned, called);
    this.#known.set(name, assigned);
    this.assignments.push(assigned);
  }

  #reportForm({ value, line }: Assignment, called: string, { raw, nameEnd, rawEnd }: Match): void {
    const text = raw.trim();
    const quote = /^["'`]/.exec(text)?.[0];
    if (quote !== undefined && !isClosed(text)) {
      const problem = text.includes(quote, 1)
        ? `has text after the closing quote of ${called}, so the quotes become part of the value`
        : `opens a quote for ${called} and never closes it`;
      this.report(line, 'error', problem, 'Close the quote at the end of the value.');
      this.#shown = false;
    } else if (quote === undefined && this.#source[rawEnd] === '#' && /\S$/.test(raw)) {
      const problem = `has a \`#\` in ${called} without quotes, where most tools start a comment`;
      this.report(line, 'error', problem, 'Put the value in quotes.');
    }
    if (this.#source[nameEnd] === ':')
      this.report(line, 'notice', `sets ${called} with a colon, which only some tools read`, 'Write it as NAME=value.');
    if (quote !== undefined && /\n\s*(?:export\s+)?[A-Z_][A-Z0-9_]*=[^=\s]/.test(value)) {
      const problem = `has lines that look like assignments inside the quotes of ${called}`;
      this.report(line, 'notice', problem, 'Check that the quote is closed where it should be.');
    }
  }

  #reportTwice({ name, value, line }: Assignment, called: string): void {
    const first = this.#known.get(name);
    if (first === undefined) return;
    const same = first.value === value;
    const differ = same ? 'with the same value' : 'with another value; tools differ in which one they use';
    const problem = `sets ${called} a second time (first in line ${first.line}), ${differ}`;
    this.report(line, same ? 'notice' : 'error', problem, 'Remove one of the two.');
  }

  /** The line of an index that is not before the last one asked for. */
  #findLine(index: number): number {
    for (; this.#lineAt < index; this.#lineAt++) if (this.#source[this.#lineAt] === '\n') this.#line++;
    return this.#line;
  }
}

/** The value of what stands after the separator, as `dotenv` makes it. */
function readValue(raw: string): string {
  const text = raw.trim();
  const bare = text.replace(/^(['"`])([\s\S]*)\1$/gm, '$2');
  return text.startsWith('"') ? bare.replaceAll('\\n', '\n').replaceAll('\\r', '\r') : bare;
}

function isClosed(text: string): boolean {
  return text.length > 1 && text.endsWith(text[0] ?? '');
}
