/** One place in the code that reads a variable. */
export interface Read {
  name: string;
  /** Where in the text. */
  index: number;
  /** Whether the code works without the variable. */
  optional: boolean;
}

const environments = '(?:process\\??\\.env|import\\.meta\\.env|Bun\\.env)';
const name = '([A-Za-z_][A-Za-z0-9_]*)';
const member = new RegExp(
  `${environments}(?:\\??\\.${name}|(?:\\?\\.)?\\[\\s*["'\`]${name}["'\`]\\s*\\])|Deno\\.env\\.get\\(\\s*["'\`]${name}["'\`]\\s*\\)|\\benv\\(\\s*"${name}"\\s*\\)`,
  'g',
);
const destructured = new RegExp(`\\{([^{}]*)\\}\\s*=\\s*${environments}(?![\\w.\\[?])`, 'g');
const whole = new RegExp(`${environments}(?![\\w.\\[?]|\\s*=[^=])`);
const schemaKey = /^[ \t]*([A-Z][A-Z0-9]*_[A-Z0-9_]+)\s*:/gm;

/** The variables that source code reads by way of Node.js, Vite, Deno, Bun or Prisma. Skips comments. */
export function findReads(text: string): Read[] {
  if (!text.includes('env')) return [];
  const reads: Read[] = [];
  for (const match of text.matchAll(member)) {
    const read = match[1] ?? match[2] ?? match[3] ?? match[4];
    const after = text.slice(match.index + match[0].length, match.index + match[0].length + 40);
    if (read === undefined || isAssignment(after) || isInComment(text, match.index)) continue;
    reads.push({ name: read, index: match.index, optional: hasFallback(after) });
  }
  for (const match of text.matchAll(destructured)) {
    if (isInComment(text, match.index)) continue;
    for (const part of (match[1] ?? '').split(',')) {
      const [, read] = /^\s*([A-Za-z_]\w*)/.exec(part) ?? [];
      if (read) reads.push({ name: read, index: match.index, optional: part.includes('=') });
    }
  }
  // A schema of zod, envalid or t3-env gets the whole environment and knows the names.
  if (whole.test(text)) {
    for (const match of text.matchAll(schemaKey)) {
      const at = match.index + match[0].indexOf(match[1] ?? '');
      if (match[1] && !isInComment(text, at)) reads.push({ name: match[1], index: at, optional: true });
    }
  }
  return reads;
}

function isAssignment(after: string): boolean {
  return /^\s*=[^=>]/.test(after);
}

function hasFallback(after: string): boolean {
  return /^\s*(\?\?|\|\||\?(?!\.)|===?|!==?|&&)/.test(after);
}

function isInComment(text: string, index: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', index) + 1, index);
  return /^\s*(\/\/|\*|\/\*)/.test(line) || /\s\/\/\s/.test(line);
}
