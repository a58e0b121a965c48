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
  code: 'probe/unsteady',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Good and bad answers alternate, so the service cannot be called ready.',
  cause: 'A crash loop, an instance of the old version among the new ones, or a dependency that comes and goes.',
  help: "Look at the service's log for restarts, and at whether every instance runs the new version.",
};

export const restarting: FindingKind = {
  code: 'probe/restarting',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The answers are good, and the instances that give them are started again and again.',
  cause: 'A crash loop, too little memory, or a liveness check of the platform that is too strict.',
  help: "Look at the service's log for why it ends, and at its memory and exit codes on the platform.",
};

/** Asks until the answers have been good for long enough, or the deadline or a limit is over. */
export async function waitUntilReady(target: SimpleTarget, ask: Prober, context: GateContext): Promise<Outcome> {
  const { clock, signal } = context;
  const { probe } = target;
  const started = clock.now();
  const progress = new Progress(probe, started);
  const line = new TimeLine();
  let silent = true;
  for (let attempts = 1; ; attempts++) {
    const askedAt = clock.now();
    const last = await ask(context);
    const now = clock.now();
    progress.add(last, now);
    const isNews = line.add(last.word, last.verdict, askedAt - started);
    silent &&= last.silent === true;
    const elapsed = now - started;
    const after = () => `${pluralize(attempts, 'attempt')} in ${formatDuration(elapsed)}`;
    const ready = () => {
      const story = line.isStory ? `: ${line}` : '';
      return readyOutcome(target, last, { since: progress.readySince ?? now, started, story: `${after()}${story}` });
    };
    if (progress.isEnough(now)) return ready();
    if (last.verdict === 'passed' && progress.counts.passed === 1 && probe.for > 0) {
      context.log.info(
        `… ${target.name} is ready after ${formatDuration(elapsed)}; now it is watched for ${formatDuration(probe.for)} as \`for\` asks.`,
      );
    }
    if (isNews) context.log.debug(`${target.name}, attempt ${attempts}: ${last.detail ?? last.word}`);
    const exceeded = progress.exceeded();
    const pause = Math.max(computePause(elapsed, now - askedAt, last.requests), last.retryAfter ?? 0);
    const remaining = probe.deadline - elapsed;
    const askOnceMore = last.retryAfter !== undefined && last.retryAfter > remaining && remaining > 0;
    if (exceeded !== undefined || (pause >= remaining && !askOnceMore)) {
      if (exceeded === undefined && progress.isEnoughAtLast(now)) return ready();
      const reason = exceeded === undefined ? '' : ` (${exceeded})`;
      const outcome = givenUp(target, last, progress, `${after()}${reason}`);
      const offline = silent ? await describeOffline(target.controls, context) : undefined;
      const verdict = offline ? 'error' : outcome.verdict;
      return { verdict, findings: [...outcome.findings, ...(offline ? [offline] : [])], detail: `${after()}: ${line}` };
    }
    await clock.sleep(Math.min(pause, remaining), signal);
  }
}

/** What the report is made from; of the attempts, only what came of them is left. */
function readyOutcome(
  { probe }: SimpleTarget,
  { verdict, findings, detail, word }: Attempt,
  { since, started, story }: { since: number; started: number; story: string },
): Outcome {
  const watched = probe.for > 0 ? `; watched for ${formatDuration(probe.for)} as \`for\` asks` : '';
  const after = `ready after ${formatDuration(since - started)}${watched}`;
  return { verdict, findings, since, detail: `${detail ?? word}, ${after}, ${story}` };
}

/** The last answer tells why; if it was a good one, what stands against it. */
function givenUp(target: SimpleTarget, last: Attempt, progress: Progress, after: string): Outcome {
  if (last.verdict === 'passed') {
    return { verdict: 'failed', findings: [...last.findings, whyNotEnough(target, progress, after)] };
  }
  const before = progress.counts.passed > 0 ? ` It had answered well ${times(progress.counts.passed)} in between.` : '';
  const findings = last.findings.map(finding => ({
    ...finding,
    message: `${endSentence(finding.message)} Given up after ${after}.${before}`,
  }));
  return { verdict: last.verdict, findings };
}

function whyNotEnough({ name, probe, place }: SimpleTarget, progress: Progress, after: string): Finding {
  const where = locateTarget(probe, place);
  const slow = progress.tooSlow();
  const { passed: good, ...bad } = progress.counts;
  const misses = bad.failed + bad.error + bad.inconclusive;
  if (slow && misses === 0) {
    const message = `${name}: the ${slow.name} of ${pluralize(good, 'answer')} is ${formatDuration(slow.actual)}, allowed are ${formatDuration(slow.bound)}. Given up after ${after}.`;
    return found(tooSlow, { message, ...where });
  }
  const wanted = `${pluralize(probe.consecutive, 'good answer')} in a row`;
  const span = probe.for > 0 ? ` that span ${formatDuration(probe.for)}` : '';
  const never = `${name} never gave ${wanted}${span}: ${after}`;
  if (progress.restarts > 0) {
    const message = `${never}; instances were started anew ${times(progress.restarts)} meanwhile.`;
    return found(restarting, { message, ...where });
  }
  const lastBad = progress.lastBad?.findings[0]?.message;
  const message = `${never}, ${misses} of them bad.${lastBad ? ` The last bad one: ${endSentence(lastBad)}` : ''}`;
  return found(unsteady, { message, ...where });
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
