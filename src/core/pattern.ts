import { setFlagsFromString } from 'node:v8';
import { type Context, createContext, Script } from 'node:vm';
import { GateError, getErrorCode } from './errors.ts';
import { type FindingKind, found } from './finding.ts';
import { toOneLine } from './one-line.ts';

// An expression that backtracks too often goes on in V8's linear-time engine, unless it has a look-around or a
// back-reference. This holds for every expression of the process.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');

export const slowPattern: FindingKind = {
  code: 'config/slow-pattern',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A regular expression or JSON path takes too long on a text, so the gate stopped it and decided nothing.',
  cause: 'A repetition inside a repetition, such as (a+)+, with a look-around or back-reference beside it.',
  help: 'Write the expression without nested repetitions, look-arounds and back-references, or make it more specific.',
};

/** How long one match may keep the gate from everything else, signals included; milliseconds. */
const longest = 1000;

/** The first match of an expression in a text; null without one. Throws a GateError if that takes too long. */
export function matchPattern(pattern: string, text: string): RegExpExecArray | null {
  const expression = new RegExp(pattern);
  return runBriefly(() => expression.exec(text), `The expression ${pattern}`);
}

/** Runs work that an expression of the configuration can make slow. Throws a GateError about `subject` in that case. */
export function runBriefly<Result>(work: () => Result, subject: string): Result {
  sandbox ??= createContext({});
  sandbox.work = work;
  try {
    const result: Result = script.runInContext(sandbox, { timeout: longest });
    return result;
  } catch (error) {
    if (getErrorCode(error) !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    const message = `${toOneLine(subject, { redact: text => text })} did not finish within ${longest} ms, so the gate stopped it.`;
    throw new GateError([found(slowPattern, { message })]);
  } finally {
    sandbox.work = undefined;
  }
}

const script = new Script('work()');

/** Made once it is needed: that takes a millisecond. */
let sandbox: Context | undefined;
