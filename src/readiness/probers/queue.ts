import { bullQueue } from '../../clients/bullmq/bull.ts';
import { lookAtQueue, type QueueMemory, type QueueState } from '../../clients/bullmq/queue-state.ts';
import { RedisSession } from '../../clients/redis/session.ts';
import type { QueueProbe } from '../../config/schema/probe/queue.ts';
import { formatDuration } from '../../core/duration.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { pluralize } from '../../core/plural.ts';
import { makeAttempt, type Prober, type Where } from '../attempt.ts';
import { convertRedisError, readRedisUrl } from './redis-errors.ts';
import { checkRedisRole } from './redis-role.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const noWorkers: FindingKind = {
  ...delivery,
  code: 'probe/too-few-workers',
  meaning: 'Too few workers take jobs from the queue, so jobs wait while everything else looks healthy.',
  cause: 'The worker service crashed, was not deployed, listens to another queue, or uses another Redis or prefix.',
  help: "Check the worker's log and number of instances, and compare its queue, prefix and REDIS_URL with the probe's.",
};

export const workersUnknown: FindingKind = {
  ...delivery,
  severity: 'warning',
  code: 'probe/workers-unknown',
  meaning: 'The Redis provider does not list its clients, so the gate cannot count the workers of the queue.',
  cause: 'The provider blocks CLIENT LIST, as Google Memorystore does.',
  help: 'Set `workers: 0`, and judge the queue by `oldest` and `waiting` instead.',
};

export const queueBehind: FindingKind = {
  ...delivery,
  code: 'probe/queue-backlog',
  meaning: 'Too many jobs wait in the queue, they wait too long, or the queue is paused.',
  cause: 'There are too few workers, the workers are slow or hang, or someone paused the queue.',
  help: "Check the worker's log and load; resume the queue if it is paused.",
};

export const failedJobs: FindingKind = {
  ...delivery,
  code: 'probe/failed-jobs',
  meaning: 'More jobs of the queue have failed for good than allowed.',
  cause:
    'The worker of the new release has a bug, or an earlier release left jobs in a form that it does not understand.',
  help: 'Read `failedReason` of the newest failed job. Fix the cause, then retry or remove the jobs.',
};

export const unknownQueue: FindingKind = {
  ...delivery,
  code: 'probe/unknown-queue',
  meaning: 'Redis has no trace of a queue of this name, so neither a producer nor a worker has ever used it there.',
  cause: 'The name or prefix is misspelled, or the URL points to another Redis or database number.',
  help: "Compare name, prefix and URL with those in the worker's code.",
};

/** Milliseconds to the next look at a queue in which nothing happens: providers bill by the command. */
const pauses = { good: 1000, bad: 250 };

export function probeQueue(probe: QueueProbe, where: Where): Prober {
  let session: RedisSession | undefined;
  let before: QueueMemory | undefined;
  let role: Finding[] | undefined;
  const ask: Prober = async context => {
    const { url, target } = readRedisUrl(probe.store, context, where);
    session ??= new RedisSession(url);
    const now = context.clock.now();
    const within = probe['failed-within'];
    const request = {
      name: probe.queue,
      prefix: probe.prefix,
      failedSince: within === undefined ? 0 : now - within,
      overdueSince: probe.oldest === undefined ? undefined : now - probe.oldest,
      workers: probe.workers,
    };
    try {
      const limits = { timeout: probe.timeout, signal: context.signal };
      const seen = await session.use(limits, async redis => {
        role ??= await checkRedisRole(redis, { target, url, where });
        return lookAtQueue(redis, request, { before, now });
      });
      const isSame = seen.lastEvent !== undefined && seen.lastEvent === before?.lastEvent;
      before = seen;
      const { state } = seen;
      const findings = [...(role ?? []), ...judge(state, probe, now, where)];
      if (role?.some(({ severity }) => severity === 'error')) role = undefined; // a failover may be under way
      const workers = state.workers === undefined ? 'unknown workers' : pluralize(state.workers, 'worker');
      const detail = `${workers}, ${state.waiting} waiting, ${state.active} active, ${state.failed} failed`;
      const attempt = makeAttempt(findings, { word: detail, detail });
      if (isSame) attempt.pause = attempt.verdict === 'passed' ? pauses.good : pauses.bad;
      const isUnknown = findings.some(({ code }) => code === workersUnknown.code);
      return isUnknown && attempt.verdict !== 'failed' ? { ...attempt, verdict: 'inconclusive' } : attempt;
    } catch (error) {
      return convertRedisError(error, target, where);
    }
  };
  return Object.assign(ask, { close: () => session?.close() });
}

function judge(state: QueueState, probe: QueueProbe, now: number, where: Where): Finding[] {
  const queue = `The queue ${probe.queue}`;
  const findings: Finding[] = [];
  const add = (kind: FindingKind, message: string) =>
    findings.push(found(kind, { message: `${queue} ${message}.`, ...where }));
  if (state.kind === 'bull') throw new GateError([found(bullQueue, { message: `${queue} is one of Bull.`, ...where })]);
  if (state.kind === 'none' && !state.workers) {
    add(unknownQueue, `does not exist in Redis under the prefix ${probe.prefix}`);
    return findings;
  }
  if (state.workers === undefined && probe.workers > 0)
    add(workersUnknown, 'is in a Redis that does not list its clients');
  if (state.workers !== undefined && state.workers < probe.workers)
    add(noWorkers, `has ${pluralize(state.workers, 'worker')}, expected at least ${probe.workers}`);
  if (state.paused) add(queueBehind, 'is paused, so no worker takes its jobs');
  if (probe.waiting !== undefined && state.waiting > probe.waiting)
    add(queueBehind, `has ${pluralize(state.waiting, 'job')} waiting; the limit is ${probe.waiting}`);
  const age = state.oldest === undefined ? 0 : now - state.oldest;
  if (probe.oldest !== undefined && age > probe.oldest)
    add(
      queueBehind,
      `has a job that has waited for ${formatDuration(age)}; the limit is ${formatDuration(probe.oldest)}`,
    );
  if (probe.failed !== undefined && state.failed > probe.failed)
    add(failedJobs, `has ${pluralize(state.failed, 'failed job')}; the limit is ${probe.failed}`);
  return findings;
}
