import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import type { Lock } from '../../core/lock.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import { combineVerdicts, type GateReport, type TimelineEntry } from '../../core/report.ts';
import { reportOutcome } from '../../core/run-to-end.ts';
import { chooseUrl, type MeasuredDowntime, startMeasuring } from '../../release/downtime.ts';
import { createRecordLock, relaxLock, releaseLock, requireLock } from '../../release/lock.ts';
import { Recording } from '../../release/recording.ts';
import { getUrl } from '../../release/services.ts';
import { waitForTurn } from '../../release/turn.ts';
import { checkUndisturbed, type SettledService } from '../../release/undisturbed.ts';
import { type Carried, changeAll } from './change-all.ts';
import { type Begun, look } from './look.ts';
import type { DeployOptions } from './options.ts';
import { planRelease } from './plan-release.ts';
import { recordAfter } from './release-record.ts';
import { resumeHeld } from './resume-held.ts';
import { type Summary, summarize } from './summary.ts';
import { tagRelease } from './tag.ts';
import type { Target } from './target.ts';

/** Releases every service in its order. It checks everything that can be checked before it changes anything. */
export async function deploy(options: DeployOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  if (options.dryRun) return planRelease(options, context);
  const recording = new Recording(options.releases, context);
  const { lock, report: reportLock } = chooseLock(options, recording);
  const begun = await begin(options, { recording, lock }, context).catch(async error => {
    await recording.markFailed(notBegun);
    throw error;
  });
  const { targets, before } = begun;
  const carried = findReasonToStay(begun) ?? (await change(begun, options, context));
  const changed = addDisturbance(carried, await checkUndisturbed(listSettled(begun, carried), context));
  const ended = await end({ ...changed, targets }, options, { recording, lock }, context);
  const checks = [...begun.checks, ...changed.checks, ...ended.checks, ...reportLock(context), ...recording.report()];
  const record = recordAfter(before, targets, changed.changes);
  return {
    gate: 'deploy',
    verdict: combineVerdicts(checks),
    headline: changed.headline,
    checks,
    outputs: {
      changed: JSON.stringify(targets.map(({ name }) => name).filter(name => changed.changes.get(name)?.changed)),
      services: JSON.stringify(describeServices(targets, record)),
      staged: JSON.stringify(listStagedUrls(record)),
      url: getUrl(options.services),
      tag: ended.tag,
    },
    record,
    timeline: changed.timeline,
    startedAt,
    finishedAt: context.clock.now(),
  };
}

/** Without a lock of its own, the record of the release is the lock. */
function chooseLock(options: DeployOptions, recording: Recording): ReturnType<typeof relaxLock> {
  const lock = options.lock ?? createRecordLock(recording, options.record.environment);
  const { lock: policy } = options.configuration.release;
  return policy === 'best-effort' ? relaxLock(lock) : { lock: requireLock(lock), report: () => [] };
}

/** Said of a release that an earlier step began; another attempt begins a release of its own. */
const notBegun = 'ended before anything more was changed';

/** What a release holds from its beginning to its end. */
interface Held {
  recording: Recording;
  lock: Lock;
}

/**
 * Looks at everything once no other release is in progress. Of two that begin at once, the later one gives way. A
 * promotion continues the release that its stage began, and so does a stage that runs again.
 */
async function begin(options: DeployOptions, { recording, lock }: Held, context: GateContext): Promise<Begun> {
  const { record, commit, lockTimeout, phase } = options;
  const deadline = context.clock.now() + lockTimeout;
  if (phase !== 'all') await recording.resume(record.environment, commit);
  for (;;) {
    const locked = await waitForTurn(lock, deadline, context);
    if (locked) return { targets: [], waiting: [], later: new Set(), before: record, unrecorded: [], checks: [locked] };
    const begun = await look(options, recording, context);
    const reason = findReasonToStay(begun);
    if (reason) {
      const isNew = reason.state === 'live-already' && begun.unrecorded.length > 0;
      if (isNew) await recording.begin(begun.before); // a rollback by hand has to find this release
      return begun;
    }
    await lock.take(begun.before);
    const earlier = await lock.holder();
    if (earlier === undefined) {
      await recording.begin(begun.before);
      return begun;
    }
    await lock.giveWay(earlier);
  }
}

interface ChangedRelease {
  state: Summary['state'] | 'not-begun' | 'live-already';
  headline: string;
  checks: CheckResult[];
  changes: Map<string, Carried>;
  timeline: TimelineEntry[];
}

/** Why nothing changes; undefined if there is something to change. */
function findReasonToStay({ checks, waiting }: Begun): ChangedRelease | undefined {
  const nothing = { checks: [], changes: new Map(), timeline: [] };
  if (combineVerdicts(checks) !== 'passed') {
    return { ...nothing, state: 'not-begun', headline: 'Nothing was changed.' };
  }
  if (waiting.length > 0) return undefined;
  return { ...nothing, state: 'live-already', headline: 'Nothing was changed: this release is live already.' };
}

/** Changes the services and judges the release as a whole. */
async function change(begun: Begun, options: DeployOptions, context: GateContext): Promise<ChangedRelease> {
  const { waiting, later } = begun;
  const stopMeasuring = measure(waiting, options, context);
  const needs = new Map([...options.needs].filter(([name]) => !later.has(name)));
  const changes = await changeAll(waiting, { ...options, needs }, context);
  const downtime = await stopMeasuring();
  const summary = summarize({ ...begun, changes });
  const half = summary.half ? [reportOutcome('release', summary.half, context)] : [];
  const changed = [...changes.values()].flatMap(({ check, probed }) => [check, ...probed]);
  const isTooLong = combineVerdicts(downtime.checks) !== 'passed';
  return {
    state: isTooLong ? 'failed' : summary.state,
    headline: `${summary.headline}${isTooLong ? ' Users met errors for longer than is allowed.' : ''}`,
    checks: [...changed, ...half, ...downtime.checks],
    changes,
    timeline: downtime.timeline,
  };
}

/** The services of which the gate says that they run the release. */
function listSettled({ targets, waiting, later }: Begun, { state, changes }: ChangedRelease): SettledService[] {
  if (state === 'not-begun') return [];
  return targets.flatMap(target => {
    if (later.has(target.name)) return [];
    if (!waiting.includes(target)) return [{ ...target, live: target.before }];
    const change = changes.get(target.name);
    const isLive = change?.check.verdict === 'passed' && change.staged === undefined;
    return isLive && change.live ? [{ ...target, live: change.live }] : [];
  });
}

/** A release that someone else is about to replace is not called live. */
function addDisturbance(changed: ChangedRelease, disturbed: CheckResult[]): ChangedRelease {
  if (disturbed.length === 0) return changed;
  return {
    ...changed,
    state: 'failed',
    headline: `${changed.headline} Something else is about to replace it.`,
    checks: [...changed.checks, ...disturbed],
  };
}

/** Records how the deploy ended. A release that is live is not successful before the gates after this one have passed. */
async function end(
  { state, headline, targets }: Pick<ChangedRelease, 'state' | 'headline'> & Pick<Begun, 'targets'>,
  options: DeployOptions,
  { recording, lock }: Held,
  context: GateContext,
): Promise<{ checks: CheckResult[]; tag: string }> {
  const markLive = async () => options.isLastStep && recording.markSucceeded(getUrl(options.services));
  switch (state) {
    case 'not-begun':
      await recording.markFailed(notBegun);
      return { checks: [], tag: '' };
    case 'live-already': // a stage may have begun it before someone promoted it by hand
      await markLive();
      return { checks: [], tag: '' };
    case 'staged': // keeps the lock until it is promoted, or until the run ends
      return { checks: [], tag: '' };
    case 'failed': {
      const [unlocked] = await Promise.all([releaseLock(lock, context), recording.markFailed(headline)]);
      return { checks: unlocked, tag: '' };
    }
    case 'live': {
      const [unlocked] = await Promise.all([releaseLock(lock, context), markLive()]);
      const resumed = options.resumeAutoDeploys ? await resumeHeld(targets, options, context) : [];
      const tagged = await tagRelease(options.tagging, options.commit, context);
      return { checks: [...unlocked, ...resumed, ...tagged.checks], tag: tagged.value ?? '' };
    }
  }
}

function measure(
  waiting: Target[],
  { measuring, commit, configuration }: Pick<DeployOptions, 'measuring' | 'commit' | 'configuration'>,
  context: GateContext,
): () => Promise<MeasuredDowntime> {
  if (measuring === undefined) return async () => ({ checks: [], timeline: [] });
  const measured = waiting.map(target => ({
    name: target.name,
    url: chooseUrl(target, commit, configuration),
    before: target.before.deployment?.commit,
    after: commit,
  }));
  return startMeasuring(measured, measuring, context);
}

function describeServices(targets: Target[], { services }: ReleaseRecord): Record<string, object> {
  const entries = targets.map(({ name, service }) => {
    const { before, after } = services[name] ?? {};
    return [name, { before: before ?? null, after: after ?? null, url: service.url }];
  });
  return Object.fromEntries(entries);
}

/** The address of each staged deployment, by service. */
function listStagedUrls({ services }: ReleaseRecord): Record<string, string> {
  const staged = Object.entries(services).filter(([, service]) => service.staged !== undefined);
  return Object.fromEntries(staged.map(([name, service]) => [name, service.staged?.url ?? '']));
}
