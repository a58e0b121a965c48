/** What the log of a program says about why it ended. */
export interface LoggedError {
  /** The error with its message, on one line. */
  error: string;
  /** Where the program's own code was, the innermost first; at most three. */
  frames: string[];
}

/** How a runtime writes an error that nobody caught. */
interface Runtime {
  /** The line of the error, with its text as the group `error`. */
  error: RegExp;
  /** A line of its stack, with the place as the group `at`. */
  frame: RegExp;
  /** Places in the runtime itself or in libraries. */
  foreign: RegExp;
  /** What opens the error that led to the one before it. */
  cause?: RegExp;
  /** Lines between an error and its stack that are no part of its message. */
  between?: RegExp;
  /** Whether the stack stands before the error, the innermost last. */
  isStackFirst?: boolean;
}

const runtimes: Runtime[] = [
  // Node.js
  {
    error:
      /^\s*(?:Uncaught |\[cause\]: )?(?<error>(?:[\w$]+\.)*[\w$]*(?:Error|Exception|Rejection)\b(?: \[\w+\])?:? ?.*)$/,
    frame: /^\s+at (?<at>.*:\d+:\d+\)?)(?: \{)?$/,
    foreign: /node:|node_modules|<anonymous>\)?$/,
    cause: /^\s*\[cause\]: /,
  },
  // JVM
  {
    error: /^(?:Exception in thread "[^"]*" |Caused by: )?(?<error>(?:[\w$]+\.)+[\w$]+(?:: .*)?)$/,
    frame: /^\s+at (?<at>[^(]+\((?:[\w$]+\.\w+:\d+|Native Method|Unknown Source)\))$/,
    foreign:
      /^(?:[\w.]+\/)?(?:java|javax|jdk|sun|com\.sun|kotlin|scala|org\.springframework|org\.apache|org\.hibernate)\./,
    cause: /^Caused by: /,
  },
  // Go
  {
    error: /^(?<error>panic: .*|fatal error: .*)$/,
    frame: /^\t(?<at>\S+\.go:\d+)/,
    foreign: /\/go\/src\/|\/pkg\/mod\//,
    between: /^goroutine \d+|^\[signal |^\S+\(.*\)$/,
  },
  // Ruby
  {
    error: /^(?<at>\S+\.rb:\d+):in [`'].*': (?<error>.*)$/,
    frame: /^\s+(?:\d+: )?from (?<at>\S+:\d+):in /,
    foreign: /\/gems\/|\/lib\/ruby\/|<internal:/,
  },
  // Python
  {
    error: /^(?<error>[A-Za-z_][\w.]*(?:: .*)?)$/,
    frame: /^\s+File "(?<at>[^"]+", line \d+)/,
    foreign: /site-packages|\/lib\/python\d|^</,
    isStackFirst: true,
  },
];

const mostFrames = 3;
/** How many lines of message may stand between an error and its stack. */
const longestMessage = 8;

/** Finds the last error that a runtime wrote with its stack; undefined if there is none. */
export function findLoggedError(lines: string[]): LoggedError | undefined {
  let last: { end: number; found: LoggedError } | undefined;
  for (const runtime of runtimes) {
    const stack = findLastStack(lines, runtime);
    if (stack === undefined || (last && stack.end <= last.end)) continue;
    const found = runtime.isStackFirst ? readAfterStack(lines, stack, runtime) : readBeforeStack(lines, stack, runtime);
    if (found) last = { end: stack.end, found };
  }
  return last?.found;
}

/** Lines of a log that hold a stack, the end not included. */
interface Stack {
  start: number;
  end: number;
}

function findLastStack(lines: string[], { frame, error }: Runtime): Stack | undefined {
  const end = lines.findLastIndex(line => frame.test(line)) + 1;
  if (end === 0) return undefined;
  let start = end - 1;
  // Between two frames may stand the source, or a few words about frames that are left out.
  for (let index = start; index >= 0 && start - index <= 3; index--) {
    const line = lines[index] ?? '';
    if (frame.test(line)) start = index;
    else if (error.test(line)) break;
  }
  return { start, end };
}

function readBeforeStack(lines: string[], stack: Stack, runtime: Runtime): LoggedError | undefined {
  const { error, cause, between } = runtime;
  const earliest = Math.max(0, stack.start - longestMessage);
  const index = lines.findLastIndex((line, at) => at < stack.start && at >= earliest && error.test(line));
  const { error: text, at } = error.exec(lines[index] ?? '')?.groups ?? {};
  if (text === undefined) return undefined;
  const more = lines.slice(index + 1, stack.start).filter(line => !between?.test(line));
  const message = [text, ...more].map(line => line.trim()).filter(Boolean);
  const places = [
    ...(at ? [at] : []),
    ...lines.slice(stack.start, stack.end).flatMap(line => readPlace(line, runtime)),
  ];
  const inner = message.join(' ');
  const outer = cause?.test(lines[index] ?? '') ? findOuter(lines.slice(0, index), runtime) : undefined;
  return { error: outer ? `${outer} (caused by ${inner})` : inner, frames: choosePlaces(places, runtime) };
}

/** The error that names the one after it as its cause. */
function findOuter(lines: string[], { error, cause }: Runtime): string | undefined {
  const line = lines.findLast(one => error.test(one) && !cause?.test(one));
  return line === undefined ? undefined : error.exec(line)?.groups?.error?.trim();
}

function readAfterStack(lines: string[], stack: Stack, runtime: Runtime): LoggedError | undefined {
  const text = lines.slice(stack.end).find(line => runtime.error.test(line));
  if (text === undefined) return undefined;
  const places = lines.slice(stack.start, stack.end).flatMap(line => readPlace(line, runtime));
  return { error: text.trim(), frames: choosePlaces(places.toReversed(), runtime) };
}

function readPlace(line: string, { frame }: Runtime): string[] {
  const at = frame.exec(line)?.groups?.at;
  return at === undefined ? [] : [at.replace('", line ', ':')];
}

function choosePlaces(places: string[], { foreign }: Runtime): string[] {
  return places.filter(place => !foreign.test(place)).slice(0, mostFrames);
}
