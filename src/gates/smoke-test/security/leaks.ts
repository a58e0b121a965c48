/**
 * Internals of a service that an answer must not contain, with their name in findings. Patterns that can begin anywhere
 * have a bounded length; otherwise a mebibyte of letters or blanks would take quadratic time.
 */
const leaks: readonly [name: string, pattern: RegExp][] = [
  [
    'a stack trace of JavaScript',
    /\sat (?:async )?[\w.<>[\] $]{0,200}\(?(?:file:\/\/|node:|\/|[A-Z]:\\)[^\s)]{1,1000}:\d+:\d+/,
  ],
  ['a stack trace of Python', /Traceback \(most recent call last\)/],
  ['a stack trace of Java', /\bat [\w$.]+\([\w$]+\.(?:java|kt|scala):\d+\)/],
  ['a stack trace of Go', /goroutine \d+ \[running\]/],
  ['a stack trace of Ruby', /\w\.rb:\d+:in [`']/],
  ['a stack trace of PHP', /\bon line \d+\b|#\d+ \/[\w/.-]{1,1000}\.php\(\d+\)/],
  [
    'an SQL error',
    /syntax error at or near|SQLSTATE\[?\w{5}|unterminated quoted string|PrismaClient\w{1,50}Error|relation "[\w.]{1,200}" does not exist/i,
  ],
  ['a connection string', /\b(?:postgres(?:ql)?|redis|rediss|mysql|mongodb(?:\+srv)?):\/\/[^\s"']+/i],
];

/** The internals that a text contains; undefined if none. The text may be JSON, with escaped line breaks. */
export function findLeak(text: string): string | undefined {
  const plain = text.replaceAll('\\n', '\n').replaceAll('\\"', '"');
  return leaks.find(([, pattern]) => pattern.test(plain))?.[0];
}
