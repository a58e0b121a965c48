import { type QueueState, readQueue } from '../../clients/bullmq.ts';
import { withRedis } from '../../clients/redis.ts';
import type { QueueProbe } from '../../config/schema/probe/queue.ts';
import { formatDuration } from '../../core/duration.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { pluralize } from '../../core/plural.ts';
import { makeAttempt, type Prober, type Where } from '../attempt.ts';
import { convertRedisError, readRedisUrl } from './redis-errors.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const noWorkers: FindingKind = {
  ...delivery,
  code: 'probe/too-few-workers',
  meaning:
    'Fewer workers take jobs from the queue than should, or none, so jobs wait while everything else looks well.',
  cause: 'The worker service crashed, was not deployed, listens to another queue, or uses another Redis or prefix.',
  help: "Look at the worker's log and number of instances; compare its queue, prefix and REDIS_URL with these.",
};

export const workersUnknown: FindingKind = {
  ...delivery,
  severity: 'warning',
  code: 'probe/workers-unknown',
  meaning: 'The provider of Redis does not list its clients, so the workers of the queue cannot be counted.',
  cause: 'CLIENT LIST is not allowed there; Google Memorystore is known for it.',
  help: 'Set `workers: 0` and judge the queue by `oldest` and `waiting` instead.',
};

export const queueBehind: FindingKind = {
  ...delivery,
  code: 'probe/queue-backlog',
  meaning: 'Jobs wait in the queue longer, or more of them, than they may.',
  cause: 'Too few or too slow workers, workers that hang, or a paused queue.',
  help: "Look at the worker's log and load; resume the queue if it is paused.",
};

export const failedJobs: FindingKind = {
  ...delivery,
  code: 'probe/failed-jobs',
  meaning: 'Jobs of the queue have failed for good.',
  cause: 'A fault in the worker of the new release, or jobs of an earlier one whose form it no longer knows.',
  help: 'Read `failedReason` of the newest failed job; retry or remove them once the cause is mended.',
};

export const unknownQueue: FindingKind = {
  ...delivery,
  code: 'probe/unknown-queue',
  meaning: 'Redis has nothing of a queue of this name, so neither a producer nor a worker has ever used it there.',
  cause: 'A misspelt name or prefix, or the URL of another Redis or database number.',
  help: 'Compare name, prefix and URL with those in the code of the worker.',
};

export function probeQueue(probe: QueueProbe, where: Where): Prober {
  return async context => {
    const { url, target } = readRedisUrl(probe.store, context, where);
    const now = context.clock.now();
    const within = probe['failed-within'];
    const request = { name: probe.queue, prefix: probe.prefix, failedSince: within === undefined ? 0 : now - within };
    try {
      const state = await withRedis({ url, timeout: probe.timeout, signal: context.signal }, redis =>
        readQueue(redis, request),
      );
      const findings = judge(state, probe, now, where);
      const workers = state.workers === undefined ? 'unknown workers' : pluralize(state.workers, 'worker');
      const detail = `${workers}, ${state.waiting} waiting, ${state.active} active, ${state.failed} failed`;
      const known = findings.every(({ code }) => code !== workersUnknown.code);
      const attempt = makeAttempt(findings, { word: detail, detail });
      return known || attempt.verdict === 'failed' ? attempt : { ...attempt, verdict: 'inconclusive' };
    } catch (error) {
      return convertRedisError(error, target, where);
    }
  };
}

function judge(state: QueueState, probe: QueueProbe, now: number, where: Where): Finding[] {
  const queue = `The queue ${probe.queue}`;
  const findings: Finding[] = [];
  const add = (kind: FindingKind, message: string) =>
    findings.push(found(kind, { message: `${queue} ${message}.`, ...where }));
  if (!state.exists && state.workers === 0) {
    add(unknownQueue, `is not known to Redis under the prefix ${probe.prefix}`);
    return findings;
  }
  if (state.workers === undefined && probe.workers > 0)
    add(workersUnknown, 'is in a Redis that does not list its clients');
  if (state.workers !== undefined && state.workers < probe.workers)
    add(noWorkers, `has ${pluralize(state.workers, 'worker')}, expected at least ${probe.workers}`);
  if (state.paused) add(queueBehind, 'is paused, so no worker takes its jobs');
  if (probe.waiting !== undefined && state.waiting > probe.waiting)
    add(queueBehind, `has ${pluralize(state.waiting, 'job')} waiting, allowed are ${probe.waiting}`);
  const age = state.oldest === undefined ? 0 : now - state.oldest;
  if (probe.oldest !== undefined && age > probe.oldest)
    add(queueBehind, `has a job that waits since ${formatDuration(age)}, allowed are ${formatDuration(probe.oldest)}`);
  if (probe.failed !== undefined && state.failed > probe.failed)
    add(failedJobs, `has ${pluralize(state.failed, 'failed job')}, allowed are ${probe.failed}`);
  return findings;
}
