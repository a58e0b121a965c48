import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import type { Lock } from '../../core/lock.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import { combineVerdicts, type GateReport, type TimelineEntry } from '../../core/report.ts';
import { type Commits, chooseUrls, Monitor } from '../../release/downtime.ts';
import { createRecordLock, releaseLock } from '../../release/lock.ts';
import { Recording } from '../../release/recording.ts';
import { waitForTurn } from '../../release/turn.ts';
import { lookBefore } from './before.ts';
import { type Carried, changeAll } from './change-all.ts';
import type { DeployOptions } from './options.ts';
import { outputsOf, urlOf } from './outputs.ts';
import { leftForPromotion } from './promotion.ts';
import { recordAfter, recordBefore } from './release-record.ts';
import { resumeAutoDeploys } from './resume.ts';
import { summaryOf } from './summary.ts';
import { tagRelease } from './tag.ts';
import type { Target } from './target.ts';

/** Releases every service in the order that they need. Before anything changes, all that can be checked is checked. */
export async function deploy(options: DeployOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const recording = new Recording(options.releases, context);
  const lock = options.lock ?? createRecordLock(recording, options.record.environment);
  const begun = await begin(options, recording, lock, context).catch(async error => {
    await recording.failed(notBegun);
    throw error;
  });
  const { targets, before, checks } = begun;
  const report = async (
    headline: string,
    { more = [], changes = new Map(), tag = '', timeline = [] }: Partial<Ending> = {},
  ): Promise<GateReport> => {
    const all = [...checks, ...more, ...(await recording.checks())];
    const record = recordAfter(before, targets, changes);
    const outputs = outputsOf(options, targets, changes, record, tag);
    const finishedAt = context.clock.now();
    const verdict = combineVerdicts(all);
    return { gate: 'deploy', verdict, headline, checks: all, outputs, record, timeline, startedAt, finishedAt };
  };
  if (combineVerdicts(checks) !== 'passed') {
    await recording.failed(notBegun);
    return report('Nothing was changed.');
  }
  const later = leftForPromotion(targets, options);
  const waiting = begun.waiting.filter(({ name }) => !later.has(name));
  if (waiting.length === 0) {
    await recording.succeeded(urlOf(options)); // what a stage has begun, and someone promoted by hand
    return report('Nothing was changed: this release is live already.');
  }

  const monitor = options.measuring && new Monitor(measured(waiting, options), commitsOf(waiting, options));
  const needs = new Map([...options.needs].filter(([name]) => !later.has(name)));
  const changes = await changeAll(waiting, { ...options, needs }, context);
  const { checks: downtime, timeline } = (await monitor?.stop(options.measuring?.allowed, context)) ?? notMeasured;
  const results = [...changes.values()].flatMap(({ check, probed }) => [check, ...probed]);
  const summary = await summaryOf(targets, waiting, changes, later, context);
  const more = [...results, ...summary.checks, ...downtime];
  const tooLong = combineVerdicts(downtime) !== 'passed';
  if (!summary.whole || tooLong) {
    const headline = `${summary.headline}${tooLong ? ' Users met errors for longer than is allowed.' : ''}`;
    const [freed] = await Promise.all([releaseLock(lock, context), recording.failed(headline)]);
    return report(headline, { more: [...more, ...freed], changes, timeline });
  }
  // What is staged goes on: the environment stays held until the promotion, or until the run has ended.
  if (summary.staged) return report(summary.headline, { more, changes, timeline });
  const [freed] = await Promise.all([releaseLock(lock, context), recording.succeeded(urlOf(options))]);
  const resumed = await resumeAutoDeploys(targets, options, context);
  const { tag, checks: tagged } = await tagRelease(options.tagging, options.commit, context);
  return report(summary.headline, { more: [...more, ...freed, ...resumed, ...tagged], changes, tag, timeline });
}

/** Of a release that an earlier step has begun; another attempt begins one of its own. */
const notBegun = 'ended before anything more was changed';
const notMeasured = { checks: [], timeline: [] };

interface Ending {
  more: CheckResult[];
  changes: Map<string, Carried>;
  tag: string;
  timeline: TimelineEntry[];
}

interface Begun {
  targets: Target[];
  /** Those that do not run the release yet. */
  waiting: Target[];
  before: ReleaseRecord;
  checks: CheckResult[];
}

/**
 * Looks at everything once no other release is under way; of two that begin at once, the later one gives way. A
 * promotion goes on with the release that its stage has begun, and so does a stage that is run again.
 */
async function begin(options: DeployOptions, recording: Recording, lock: Lock, context: GateContext): Promise<Begun> {
  const { record, commit, lockTimeout } = options;
  const deadline = context.clock.now() + lockTimeout;
  if (options.phase !== 'all') await recording.resume(record.environment, commit);
  for (;;) {
    const locked = await waitForTurn(lock, deadline, context);
    if (locked) return { targets: [], waiting: [], before: record, checks: [locked] };
    const { targets, checks } = await lookBefore(options, context);
    const before = await recordBefore(options, targets, recording);
    const waiting = targets.filter(target => !target.platform.carries(target.before, commit));
    if (combineVerdicts(checks) !== 'passed' || waiting.length === 0) return { targets, waiting, before, checks };
    await lock.take(before);
    const earlier = await lock.holder();
    if (earlier !== undefined) {
      await lock.giveWay(earlier);
      continue;
    }
    await recording.begin(before);
    return { targets, waiting, before, checks };
  }
}

function measured(waiting: Target[], { commit, configuration }: DeployOptions): Map<string, string> {
  return chooseUrls(waiting, commit, configuration);
}

function commitsOf(waiting: Target[], { commit }: DeployOptions): Commits {
  return new Map(waiting.map(({ name, before }) => [name, { before: before.deployment?.commit, after: commit }]));
}
