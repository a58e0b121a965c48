import type { Outcome } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { formatDuration } from '../core/duration.ts';
import { type Finding, type FindingKind, found } from '../core/finding.ts';
import { pluralize } from '../core/plural.ts';
import { endSentence } from '../core/sentence.ts';
import type { Verdict } from '../core/verdict.ts';
import { tooSlow } from '../expectations/findings.ts';
import type { Attempt, Prober } from './attempt.ts';
import { Deadline } from './deadline.ts';
import { computePause, computeWait } from './polling.ts';
import { Progress } from './progress.ts';
import { RunnerNetwork } from './runner-offline.ts';
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

export const tooLate: FindingKind = {
  code: 'probe/ready-too-late',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service came up late and has answered well since, but the time left was too short to judge it.',
  cause: 'A cold start that takes almost as long as `deadline`.',
  help: 'Raise `deadline`, or shorten the start of the service.',
};

export const rateLimited: FindingKind = {
  code: 'probe/rate-limited',
  severity: 'error',
  boundary: 'rate-limiting',
  meaning: "After good answers, a rate limit stopped the gate's own requests, so the gate could not watch the service.",
  cause: 'The limit is lower than the pace of the probe, which is up to eleven requests a second.',
  help: 'Raise the limit for the probe, or set `interval` on the probe to the pace that the limit allows.',
};

/** For attempts that mostly could not be made or decided, which says nothing about the release. */
const helpWithAttempts = 'Fix the reason in the message, then run the gate again.';

/** The state after an attempt. Times are milliseconds since the epoch. */
interface Wait {
  target: SimpleTarget;
  startedAt: number;
  now: number;
  last: Attempt;
  progress: Progress;
  line: TimeLine;
  deadline: Deadline;
  network: RunnerNetwork;
  /** The runner had no network when a run of good answers ended. */
  offline: Finding | undefined;
}

/** Asks until the answers have been good for long enough, or until the deadline or a limit ends the wait. */
export async function waitUntilReady(target: SimpleTarget, ask: Prober, context: GateContext): Promise<Outcome> {
  const network = new RunnerNetwork(target.controls, context);
  try {
    return await poll(target, ask, network, context);
  } finally {
    network.close();
  }
}

async function poll(target: SimpleTarget, ask: Prober, network: RunnerNetwork, context: GateContext): Promise<Outcome> {
  const { clock, signal } = context;
  const startedAt = clock.now();
  const progress = new Progress(target.probe, startedAt);
  const line = new TimeLine();
  const deadline = new Deadline(startedAt + target.probe.deadline);
  let offline: Finding | undefined;
  for (;;) {
    const askedAt = clock.now();
    const last = await ask(context);
    const now = clock.now();
    const endedRun = progress.add(last, askedAt, now);
    if (last.lost && progress.counts.passed > 0) network.ask();
    if (last.lost && endedRun) offline ??= await network.describeOffline();
    const isNews = line.add(last.word, last.verdict, askedAt - startedAt);
    const wait: Wait = { target, startedAt, now, last, progress, line, deadline, network, offline };
    const isGood = last.verdict === 'passed';
    if (isGood && progress.isEnough(now)) return reportReady(wait);
    logFirstGoodAnswer(wait, context);
    if (isNews) context.log.debug(`${target.name}, attempt ${progress.attempts}: ${last.detail ?? last.word}`);
    const pause = planPause(wait, now - askedAt);
    if (pause === undefined) return giveUp(wait);
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
function planPause(wait: Wait, took: number): number | undefined {
  const { target, startedAt, now, last, progress, line, deadline } = wait;
  const { probe } = target;
  const idle = now - (progress.lastGood ?? startedAt);
  // Until the service is ready, every moment counts.
  const rest = progress.counts.passed < probe.consecutive && last.verdict === 'passed' ? 0 : (last.pause ?? 0);
  const { requests } = last;
  const pace = computePause({ idle, took, requests, interval: probe.interval, throttled: progress.throttled });
  const asked = computeWait(last, deadline.at - now, probe.for);
  const pause = Math.max(pace, asked, rest);
  if (progress.describeExceededLimit(now + pause) !== undefined) return undefined;
  if (now + pause >= deadline.at && progress.isPromising) deadline.extend(progress.computeMissingTime(now) + pause);
  if (asked > pace) line.addWait(Math.min(asked, deadline.at - now));
  if (now + pause < deadline.at) return pause;
  // If the service asked for more time than is left, it gets one last attempt at the deadline.
  return asked > pace && now < deadline.at ? deadline.at - now : undefined;
}

function describeAttempts({ startedAt, now, progress }: Wait): string {
  return `${pluralize(progress.attempts, 'attempt')} in ${formatDuration(now - startedAt)}`;
}

function reportReady(wait: Wait): Outcome {
  const { startedAt, now, last, progress, line, target, deadline } = wait;
  const { verdict, findings, detail, word } = last;
  const since = progress.readySince ?? now;
  const watched = target.probe.for > 0 ? `; watched for ${formatDuration(target.probe.for)} (\`for\`)` : '';
  const extended = deadline.extendedBy > 0 ? `, \`deadline\` extended by ${formatDuration(deadline.extendedBy)}` : '';
  const ready = `ready after ${formatDuration(since - startedAt)}${watched}${extended}`;
  const story = line.isStory ? `: ${line}` : '';
  return { verdict, findings, since, detail: `${detail ?? word}, ${ready}, ${describeAttempts(wait)}${story}` };
}

async function giveUp(wait: Wait): Promise<Outcome> {
  const { now, last, progress, line } = wait;
  const exceeded = progress.describeExceededLimit(now);
  const isGood = last.verdict === 'passed' && exceeded === undefined;
  if (isGood && progress.isEnoughAtDeadline(now)) return reportReady(wait);
  const attempts = describeAttempts(wait);
  const outcome = explainGivingUp(wait, exceeded === undefined ? attempts : `${attempts} (${exceeded})`);
  const detail = `${attempts}: ${line}`;
  const offline = await blameRunner(wait);
  return offline ? { verdict: 'error', findings: [...outcome.findings, offline], detail } : { ...outcome, detail };
}

/** The finding that the runner's own network decided the verdict; undefined when the service did. */
async function blameRunner({ last, progress, network, offline }: Wait): Promise<Finding | undefined> {
  if (last.lost || progress.isSilent) return offline ?? (await network.describeOffline());
  if (progress.hasOnlyLost) return offline ?? (await network.describeLosses());
  return last.verdict === 'passed' ? offline : undefined;
}

/** The findings of the last answer; if that was good, why it was not enough. */
function explainGivingUp(wait: Wait, attempts: string): Outcome {
  const { last, progress, startedAt } = wait;
  if (last.throttled && progress.throttled > 0)
    return { verdict: 'inconclusive', findings: [...last.findings, explainRateLimit(wait, attempts)] };
  if (last.verdict === 'passed') return explainNotEnough(wait, attempts);
  const good = progress.counts.passed;
  const until = formatDuration((progress.lastGood ?? startedAt) - startedAt);
  const before = good > 0 ? ` It gave ${pluralize(good, 'good answer')} before ${until}.` : '';
  const findings = last.findings.map(finding => ({
    ...finding,
    message: `${endSentence(finding.message)} The gate gave up after ${attempts}.${before}`,
  }));
  return { verdict: last.verdict, findings };
}

function explainRateLimit({ target, progress }: Wait, attempts: string): Finding {
  const message = `${target.name} answered well ${formatTimes(progress.counts.passed)}, then a rate limit stopped the gate ${formatTimes(progress.throttled)}: ${attempts}.`;
  return found(rateLimited, { message, ...(target.place && { place: target.place }) });
}

function explainNotEnough(wait: Wait, attempts: string): Outcome {
  const { target, progress, last, startedAt, now } = wait;
  const { name, probe, place } = target;
  const where = locateTarget(probe, place);
  const conclude = (verdict: Verdict, kind: FindingKind, message: string, help = kind.help): Outcome => ({
    verdict,
    findings: [...last.findings, found(kind, { message, help, ...where })],
  });
  const slow = progress.findSlowPercentile();
  const good = progress.counts.passed;
  const misses = progress.attempts - good;
  if (slow && misses === 0) {
    const message = `${name}: the ${slow.name} of ${pluralize(good, 'answer')} is ${formatDuration(slow.actual)}; the limit is ${formatDuration(slow.bound)}. The gate gave up after ${attempts}.`;
    const help = `Check the service's load and slow queries. If the limit is too low, raise \`percentiles.${slow.name}\`.`;
    return conclude('failed', tooSlow, message, help);
  }
  if (progress.isSteady) {
    const since = progress.readySince ?? now;
    const message = `${name} came up after ${formatDuration(since - startedAt)} and has answered well since, but only ${good} of the ${pluralize(probe.consecutive, 'good answer')} fit before the deadline: ${attempts}.`;
    return conclude('inconclusive', tooLate, message);
  }
  const wanted = `${pluralize(probe.consecutive, 'good answer')} in a row`;
  const span = probe.for > 0 ? ` over ${formatDuration(probe.for)}` : '';
  const never = `${name} never gave ${wanted}${span}: ${attempts}`;
  if (progress.restarts > 0) {
    const event = 'uptime' in probe && probe.uptime !== undefined ? 'instances restarted' : 'new instances appeared';
    const message = `${never}; ${event} ${formatTimes(progress.restarts)} meanwhile.`;
    return conclude('failed', restarting, message);
  }
  const lastBad = progress.lastBad?.findings[0]?.message;
  const message = `${never}, ${misses} of them bad.${lastBad ? ` The last bad one: ${endSentence(lastBad)}` : ''}`;
  const verdict = progress.usualMiss;
  return conclude(verdict, unsteady, message, verdict === 'failed' ? unsteady.help : helpWithAttempts);
}

function formatTimes(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
