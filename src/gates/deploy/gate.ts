import { type CheckResult, collectValues } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import type { Lock } from '../../core/lock.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import { combineVerdicts, type GateReport, type TimelineEntry } from '../../core/report.ts';
import { reportOutcome } from '../../core/run-to-end.ts';
import { resumeAutoDeploys } from '../../release/auto-deploys.ts';
import { chooseUrl, type MeasuredDowntime, startMeasuring } from '../../release/downtime.ts';
import { createRecordLock, releaseLock } from '../../release/lock.ts';
import { Recording } from '../../release/recording.ts';
import type { ServiceOptions } from '../../release/services.ts';
import { waitForTurn } from '../../release/turn.ts';
import { type Carried, changeAll } from './change-all.ts';
import { lookBefore } from './look-before.ts';
import type { DeployOptions } from './options.ts';
import { findLeftForPromotion } from './promotion.ts';
import { recordAfter, recordBefore } from './release-record.ts';
import { type Released, summarize } from './summary.ts';
import { tagRelease } from './tag.ts';
import type { Target } from './target.ts';

/** Releases every service in its order. It checks everything that can be checked before it changes anything. */
export async function deploy(options: DeployOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const recording = new Recording(options.releases, context);
  const lock = options.lock ?? createRecordLock(recording, options.record.environment);
  const begun = await begin(options, { recording, lock }, context).catch(async error => {
    await recording.markFailed(notBegun);
    throw error;
  });
  const { headline, checks, changes, tag, timeline } = await release(begun, options, { recording, lock }, context);
  const all = [...begun.checks, ...checks, ...recording.report()];
  const record = recordAfter(begun.before, begun.targets, changes);
  return {
    gate: 'deploy',
    verdict: combineVerdicts(all),
    headline,
    checks: all,
    outputs: {
      changed: JSON.stringify(begun.targets.map(({ name }) => name).filter(name => changes.get(name)?.changed)),
      services: JSON.stringify(describeServices(begun.targets, record)),
      staged: JSON.stringify(listStagedUrls(record)),
      url: getUrl(options.services),
      tag,
    },
    record,
    timeline,
    startedAt,
    finishedAt: context.clock.now(),
  };
}

/** Said of a release that an earlier step began; another attempt begins a release of its own. */
const notBegun = 'ended before anything more was changed';

/** What is held from the beginning of a release to its end. */
interface Held {
  recording: Recording;
  lock: Lock;
}

interface Begun {
  targets: Target[];
  /** The services that do not run this release yet. */
  waiting: Target[];
  before: ReleaseRecord;
  checks: CheckResult[];
}

/**
 * Looks at everything once no other release is in progress. Of two that begin at once, the later one gives way. A
 * promotion continues the release that its stage began, and so does a stage that runs again.
 */
async function begin(options: DeployOptions, { recording, lock }: Held, context: GateContext): Promise<Begun> {
  const { services, record, commit, lockTimeout, phase } = options;
  const deadline = context.clock.now() + lockTimeout;
  if (phase !== 'all') await recording.resume(record.environment, commit);
  for (;;) {
    const locked = await waitForTurn(lock, deadline, context);
    if (locked) return { targets: [], waiting: [], before: record, checks: [locked] };
    const checks = await lookBefore(services, options, context);
    const targets = collectValues(checks);
    const before = await recordBefore(targets, options, recording);
    const waiting = targets.filter(target => !target.platform.carries(target.before, commit));
    const begun = { targets, waiting, before, checks };
    if (combineVerdicts(checks) !== 'passed' || waiting.length === 0) return begun;
    await lock.take(before);
    const earlier = await lock.holder();
    if (earlier === undefined) {
      await recording.begin(before);
      return begun;
    }
    await lock.giveWay(earlier);
  }
}

/** How a release ended. */
interface Ending {
  headline: string;
  checks: CheckResult[];
  changes: Map<string, Carried>;
  tag: string;
  timeline: TimelineEntry[];
}

async function release(begun: Begun, options: DeployOptions, held: Held, context: GateContext): Promise<Ending> {
  const { targets, checks } = begun;
  const nothing = { checks: [], changes: new Map(), tag: '', timeline: [] };
  if (combineVerdicts(checks) !== 'passed') {
    await held.recording.markFailed(notBegun);
    return { ...nothing, headline: 'Nothing was changed.' };
  }
  const later = findLeftForPromotion(targets, options);
  const waiting = begun.waiting.filter(({ name }) => !later.has(name));
  if (waiting.length === 0) {
    await held.recording.markSucceeded(getUrl(options.services)); // a stage began it, and someone promoted it by hand
    return { ...nothing, headline: 'Nothing was changed: this release is live already.' };
  }
  const { state, ...ending } = await change({ targets, waiting, later }, options, context);
  // A staged release keeps the lock until it is promoted, or until the run ends.
  if (state === 'staged') return ending;
  const { headline } = ending;
  const { checks: after, tag } =
    state === 'live' ? await complete(targets, options, held, context) : await fail(headline, held, context);
  return { ...ending, checks: [...ending.checks, ...after], tag };
}

/** Changes the services and judges the release as a whole. */
async function change(
  release: Omit<Released, 'changes'>,
  options: DeployOptions,
  context: GateContext,
): Promise<Ending & { state: 'live' | 'staged' | 'failed' }> {
  const { waiting, later } = release;
  const stopMeasuring = measure(waiting, options, context);
  const needs = new Map([...options.needs].filter(([name]) => !later.has(name)));
  const changes = await changeAll(waiting, { ...options, needs }, context);
  const downtime = await stopMeasuring();
  const summary = summarize({ ...release, changes });
  const half = summary.half ? [reportOutcome('release', summary.half, context)] : [];
  const changed = [...changes.values()].flatMap(({ check, probed }) => [check, ...probed]);
  const isTooLong = combineVerdicts(downtime.checks) !== 'passed';
  return {
    state: isTooLong ? 'failed' : summary.state,
    headline: `${summary.headline}${isTooLong ? ' Users met errors for longer than is allowed.' : ''}`,
    checks: [...changed, ...half, ...downtime.checks],
    changes,
    tag: '',
    timeline: downtime.timeline,
  };
}

/** What the end of a release adds to its report. */
type AtEnd = Pick<Ending, 'checks' | 'tag'>;

async function complete(
  targets: Target[],
  { services, resumeAutoDeploys: resumes, tagging, commit }: DeployOptions,
  { recording, lock }: Held,
  context: GateContext,
): Promise<AtEnd> {
  const [unlocked] = await Promise.all([releaseLock(lock, context), recording.markSucceeded(getUrl(services))]);
  const resumed = resumes ? await resumeAutoDeploys(targets, context) : [];
  const tagged = await tagRelease(tagging, commit, context);
  return { checks: [...unlocked, ...resumed, ...tagged.checks], tag: tagged.value ?? '' };
}

async function fail(headline: string, { recording, lock }: Held, context: GateContext): Promise<AtEnd> {
  const [unlocked] = await Promise.all([releaseLock(lock, context), recording.markFailed(headline)]);
  return { checks: unlocked, tag: '' };
}

function measure(
  waiting: Target[],
  { measuring, commit, configuration }: DeployOptions,
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

/** Where users reach the release: the URL of the last service. */
function getUrl(services: ServiceOptions[]): string {
  return services.at(-1)?.service.url ?? '';
}
