import type { Check, CheckResult, Outcome } from './check.ts';
import type { Clock } from './clock.ts';
import { formatError, GateError, Undecided } from './errors.ts';
import { found } from './finding.ts';
import { cancelled, checkTimedOut, unexpected } from './gate-findings.ts';

export interface RunChecksOptions {
  clock: Clock;
  signal: AbortSignal;
  /** How many checks run at once. Default 16. */
  concurrency?: number;
  /** Milliseconds for each check that names no deadline of its own. Default 60 000. */
  deadline?: number;
  /** Called as each check ends, in that order. */
  onResult?: (result: CheckResult) => void;
}

/** Runs the checks side by side and returns their results in the order of the checks. Never rejects. */
export async function runChecks<Value>(
  checks: Check<Value>[],
  options: RunChecksOptions,
): Promise<CheckResult<Value>[]> {
  const results: CheckResult<Value>[] = new Array(checks.length);
  const queue = checks.entries();
  const worker = async () => {
    for (const [index, check] of queue) {
      const result = await runCheck(check, options);
      results[index] = result;
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.concurrency ?? 16, checks.length) }, worker));
  return results;
}

/** Runs one check. Never rejects. */
export async function runCheck<Value>(check: Check<Value>, options: RunChecksOptions): Promise<CheckResult<Value>> {
  const { clock, signal } = options;
  const startedAt = clock.now();
  const outcome = signal.aborted ? reportCancelled(check) : await runWithinDeadline(check, options);
  const result = { ...outcome, name: check.name, boundary: check.boundary, startedAt, finishedAt: clock.now() };
  options.onResult?.(result);
  return result;
}

async function runWithinDeadline<Value>(check: Check<Value>, options: RunChecksOptions): Promise<Outcome<Value>> {
  const stop = new AbortController();
  const outcome = startCheck(check, stop.signal);
  // There can be thousands of checks that decide at once; they need no timer.
  if ('verdict' in outcome) return outcome;
  const deadline = check.deadline ?? options.deadline ?? 60_000;
  const ended = new AbortController();
  const gaveUp = Promise.withResolvers<Outcome<Value>>();
  const giveUp = (instead: Outcome<Value>, reason: unknown) => {
    stop.abort(reason);
    gaveUp.resolve(instead);
  };
  const follow = () => giveUp(reportCancelled(check), options.signal.reason);
  options.signal.addEventListener('abort', follow, { once: true });
  if (deadline !== Number.POSITIVE_INFINITY) {
    options.clock.sleep(deadline, ended.signal).then(
      () => giveUp(reportTimeout(check, deadline), undefined),
      () => {}, // the check ended first
    );
  }
  try {
    return await Promise.race([outcome, gaveUp.promise]);
  } finally {
    options.signal.removeEventListener('abort', follow);
    ended.abort(ending);
  }
}

/** A shared reason: otherwise each abort creates an error with a stack trace, for each of hundreds of checks. */
const ending = new Error('the check has ended');

/** The outcome of the check, at once if it has one; never throws or rejects. */
function startCheck<Value>(check: Check<Value>, signal: AbortSignal): Outcome<Value> | Promise<Outcome<Value>> {
  try {
    const outcome = check.run(signal);
    return 'verdict' in outcome ? outcome : outcome.catch(error => convertError(check, error));
  } catch (error) {
    return convertError(check, error);
  }
}

/** The outcome of a check that could not do its work. It is never `failed`: it says nothing about the release. */
export function convertError({ name }: Pick<Check, 'name'>, error: unknown): Outcome<never> {
  if (error instanceof Undecided) return { verdict: 'inconclusive', findings: error.findings };
  if (error instanceof GateError) return { verdict: 'error', findings: error.findings };
  const message = `The check ${name} crashed: ${formatError(error)}.`;
  return { verdict: 'error', findings: [found(unexpected, { message })] };
}

function reportTimeout(check: Check, deadline: number): Outcome<never> {
  const message = `The check ${check.name} did not end within ${deadline / 1000} s.`;
  return { verdict: 'error', findings: [found(checkTimedOut, { message, boundary: check.boundary })] };
}

function reportCancelled(check: Check): Outcome<never> {
  const message = `The check ${check.name} was cancelled.`;
  return { verdict: 'error', findings: [found(cancelled, { message, boundary: check.boundary })] };
}
