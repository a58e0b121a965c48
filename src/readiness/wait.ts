import type { Outcome } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { formatDuration } from '../core/duration.ts';
import { type Finding, type FindingKind, found } from '../core/finding.ts';
import { pluralize } from '../core/plural.ts';
import { endSentence } from '../core/sentence.ts';
import { tooSlow } from '../expectations/findings.ts';
import type { Attempt, Prober } from './attempt.ts';
import { computePause } from './polling.ts';
import { Progress } from './progress.ts';
import { describeOffline } from './runner-offline.ts';
import { locateTarget, type SimpleTarget } from './targets.ts';
import { TimeLine } from './time-line.ts';

export const unsteady: FindingKind = {
  code: 'probe/unstable',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service alternates between good and bad answers, so it is not ready.',
  cause:
    'A crash loop, an instance of the previous version among the new ones, or a dependency that fails from time to time.',
  help: "Check the service's log for restarts, and check that every instance runs the new version.",
};

export const restarting: FindingKind = {
  code: 'probe/restarting',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service answers well, but its instances keep restarting.',
  cause: 'A crash loop, too little memory, or a liveness check of the platform that is too strict.',
  help: "Read the service's log for the reason, and compare its memory use and exit codes on the platform.",
};

/** The state after an attempt. Times are milliseconds since the epoch. */
interface Wait {
  target: SimpleTarget;
  startedAt: number;
  now: number;
  last: Attempt;
  progress: Progress;
  line: TimeLine;
}

/** Asks until the answers have been good for long enough, or until the deadline or a limit ends the wait. */
export async function waitUntilReady(target: SimpleTarget, ask: Prober, context: GateContext): Promise<Outcome> {
  const { clock, signal } = context;
  const startedAt = clock.now();
  const progress = new Progress(target.probe, startedAt);
  const line = new TimeLine();
  for (;;) {
    const askedAt = clock.now();
    const last = await ask(context);
    const now = clock.now();
    progress.add(last, now);
    const isNews = line.add(last.word, last.verdict, askedAt - startedAt);
    const wait = { target, startedAt, now, last, progress, line };
    if (progress.isEnough(now)) return reportReady(wait);
    logFirstGoodAnswer(wait, context);
    if (isNews) context.log.debug(`${target.name}, attempt ${progress.attempts}: ${last.detail ?? last.word}`);
    const pause = planPause(wait, now - askedAt);
    if (pause === undefined) return giveUp(wait, context);
    await clock.sleep(pause, signal);
  }
}

function logFirstGoodAnswer({ target, startedAt, now, last, progress }: Wait, { log }: GateContext): void {
  const watched = target.probe.for;
  if (last.verdict !== 'passed' || progress.counts.passed > 1 || watched === 0) return;
  log.info(
    `… ${target.name} is ready after ${formatDuration(now - startedAt)}; the gate now watches it for ${formatDuration(watched)} (\`for\`).`,
  );
}

/** Milliseconds until the next attempt; undefined when a limit or the deadline rules one out. */
function planPause({ target, startedAt, now, last, progress }: Wait, took: number): number | undefined {
  if (progress.describeExceededLimit() !== undefined) return undefined;
  const elapsed = now - startedAt;
  const remaining = target.probe.deadline - elapsed;
  const { retryAfter = 0 } = last;
  const pause = Math.max(computePause(elapsed, took, last.requests), retryAfter);
  if (pause < remaining) return pause;
  // If the service asked for more time than is left, it gets one last attempt at the deadline.
  return remaining > 0 && retryAfter > remaining ? remaining : undefined;
}

function describeAttempts({ startedAt, now, progress }: Wait): string {
  return `${pluralize(progress.attempts, 'attempt')} in ${formatDuration(now - startedAt)}`;
}

function reportReady(wait: Wait): Outcome {
  const { startedAt, now, last, progress, line, target } = wait;
  const { verdict, findings, detail, word } = last;
  const since = progress.readySince ?? now;
  const watched = target.probe.for > 0 ? `; watched for ${formatDuration(target.probe.for)} (\`for\`)` : '';
  const ready = `ready after ${formatDuration(since - startedAt)}${watched}`;
  const story = line.isStory ? `: ${line}` : '';
  return { verdict, findings, since, detail: `${detail ?? word}, ${ready}, ${describeAttempts(wait)}${story}` };
}

async function giveUp(wait: Wait, context: GateContext): Promise<Outcome> {
  const { target, now, progress, line } = wait;
  const exceeded = progress.describeExceededLimit();
  if (exceeded === undefined && progress.isEnoughAtDeadline(now)) return reportReady(wait);
  const attempts = describeAttempts(wait);
  const outcome = explainGivingUp(wait, exceeded === undefined ? attempts : `${attempts} (${exceeded})`);
  const detail = `${attempts}: ${line}`;
  const offline = progress.isSilent ? await describeOffline(target.controls, context) : undefined;
  return offline ? { verdict: 'error', findings: [...outcome.findings, offline], detail } : { ...outcome, detail };
}

/** The findings of the last answer; if that was good, why it was not enough. */
function explainGivingUp(wait: Wait, attempts: string): Outcome {
  const { last, progress } = wait;
  if (last.verdict === 'passed')
    return { verdict: 'failed', findings: [...last.findings, explainNotEnough(wait, attempts)] };
  const good = progress.counts.passed;
  const before = good > 0 ? ` Before, it gave ${pluralize(good, 'good answer')}.` : '';
  const findings = last.findings.map(finding => ({
    ...finding,
    message: `${endSentence(finding.message)} The gate gave up after ${attempts}.${before}`,
  }));
  return { verdict: last.verdict, findings };
}

function explainNotEnough({ target, progress }: Wait, attempts: string): Finding {
  const { name, probe, place } = target;
  const where = locateTarget(probe, place);
  const slow = progress.findSlowPercentile();
  const good = progress.counts.passed;
  const misses = progress.attempts - good;
  if (slow && misses === 0) {
    const message = `${name}: the ${slow.name} of ${pluralize(good, 'answer')} is ${formatDuration(slow.actual)}; the limit is ${formatDuration(slow.bound)}. The gate gave up after ${attempts}.`;
    return found(tooSlow, { message, ...where });
  }
  const wanted = `${pluralize(probe.consecutive, 'good answer')} in a row`;
  const span = probe.for > 0 ? ` over ${formatDuration(probe.for)}` : '';
  const never = `${name} never gave ${wanted}${span}: ${attempts}`;
  if (progress.restarts > 0) {
    const message = `${never}; instances restarted ${formatTimes(progress.restarts)} meanwhile.`;
    return found(restarting, { message, ...where });
  }
  const lastBad = progress.lastBad?.findings[0]?.message;
  const message = `${never}, ${misses} of them bad.${lastBad ? ` The last bad one: ${endSentence(lastBad)}` : ''}`;
  return found(unsteady, { message, ...where });
}

function formatTimes(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
