import { bullQueue } from '../../../clients/bullmq/bull.ts';
import type { QueueName } from '../../../clients/bullmq/layout.ts';
import { readQueue } from '../../../clients/bullmq/queue-state.ts';
import type { RedisClient } from '../../../clients/redis/session.ts';
import type { QueueStep } from '../../../config/schema/smoke/steps/queue.ts';
import type { Outcome } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { failed } from '../failure.ts';
import type { Step } from '../plan/model.ts';
import { resolveExpected } from '../resolve-expected.ts';
import { type BullJob, countJobs, JobSearch, type WantedJob } from '../stored/bullmq.ts';
import { judgeStored } from '../stored/judge.ts';
import { withRedis } from '../stored/redis-client.ts';
import type { StepAbout, Visit } from '../visit.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const jobMissing: FindingKind = {
  ...delivery,
  code: 'smoke/job-missing',
  meaning: 'The job that the request should have put on the queue is not there.',
  cause:
    'The request no longer enqueues a job, or uses another queue or other data; or the API and the worker use different Redis databases.',
  help: "Read the service's log for the enqueuing, and compare queue, prefix and data with what the step expects.",
};

export const jobNotProcessed: FindingKind = {
  ...delivery,
  code: 'smoke/job-not-processed',
  meaning: 'The job is on the queue, but no worker finished it in time.',
  cause: 'No worker runs, the worker listens to another queue, or it is too slow or blocked.',
  help: "Check the worker's deployment and log, and how many jobs wait before this one.",
};

export const jobFailed: FindingKind = {
  ...delivery,
  code: 'smoke/job-failed',
  meaning: 'A worker took the job and failed.',
  cause: 'The worker has a fault, cannot reach a dependency, or does not understand data of the new API.',
  help: "Read the reason in the message, and the worker's log for this job.",
};

export const jobRetried: FindingKind = {
  ...delivery,
  code: 'smoke/job-retried',
  meaning: 'The job needed more attempts than the step allows.',
  cause: 'A temporary fault, such as a lost connection; or an old worker failed before a new one took over.',
  help: "Read the worker's log for the failed attempt. If retries are expected, raise `attempts`.",
};

export const jobRemoved: FindingKind = {
  ...delivery,
  severity: 'warning',
  code: 'smoke/job-removed',
  meaning:
    'The queue removed the job as it ended, so the gate cannot tell whether it was the one that the step expects.',
  cause:
    '`removeOnComplete` or `removeOnFail` of the job or the queue, and a step that knows the job only by its data.',
  help: 'Capture the id of the job and set `job.id`, or keep ended jobs for a while: `removeOnComplete: { age: 60 }`.',
};

/** How far the clocks of the runner and the service may differ; milliseconds. */
const clockSkew = 1000;

/** Milliseconds between two looks at the queue: often in the first second, and seldom after it. */
const pauses = { quick: 50, calm: 250, until: 1000 };

/** Waits until a worker has processed the job, and checks the result. */
export async function run(step: Step<QueueStep>, visit: Visit): Promise<Outcome> {
  const { scope, context } = visit;
  const { declared } = step;
  const about = visit.describe(step);
  const queue = { prefix: scope.resolveText(declared.prefix), name: scope.resolveText(declared.queue) };
  const began = visit.run.began.get(visit.flow.name) ?? context.clock.now();
  const { id, name, data } = declared.job;
  const wanted = {
    id: id && scope.resolveText(id),
    name: name && scope.resolveText(name),
    data: resolveExpected(data, scope),
    since: began - clockSkew,
  };
  visit.showCommand(() => `redis-cli -u "$${declared.store}" --scan --pattern '${queue.prefix}:${queue.name}:*'`);
  return withRedis(step, declared.timeout ?? declared.within + 5000, visit, async redis => {
    const started = performance.now();
    const search = new JobSearch(redis, queue, wanted);
    await search.look();
    if (!search.hasEvents && (await isBull(redis, queue))) return reportBull(about);
    for (;;) {
      const job = (await search.look()) ?? (data === undefined ? await search.recallRemoved() : undefined);
      const took = performance.now() - started;
      const outcome = job && judgeAttempts(job, declared, about);
      if (outcome) return outcome;
      if (job?.state === 'completed') {
        const stored = { value: job.returned, took, detail: `job ${job.id} done` };
        return judgeStored(stored, { ...declared, within: undefined }, visit, about);
      }
      const pause = took < pauses.until ? pauses.quick : pauses.calm;
      if (took + pause > declared.within) {
        const removed = await search.recallRemoved();
        if (!job && removed) return reportRemoved(removed, about);
        const state = await describeQueue(redis, queue, wanted, began);
        if (!job) return reportMissing(state, took, about);
        return giveUp(job, state, { took, now: context.clock.now(), about });
      }
      await context.clock.sleep(pause, context.signal);
    }
  });
}

/** The outcome of a job that has already failed; undefined while it can still succeed. */
function judgeAttempts(job: BullJob, { attempts }: QueueStep, about: StepAbout): Outcome | undefined {
  const reason = job.failedReason === '' ? '' : ` (${about.redact(job.failedReason)})`;
  const tried = pluralize(job.attempts, 'attempt');
  if (job.state === 'failed') {
    const message = `${about.target}: job ${job.id} (${job.name}) failed after ${tried}${reason}.`;
    return failed([found(jobFailed, { message, ...about.where })], 'failed');
  }
  const isRetried =
    job.state === 'completed' ? job.attempts > attempts : job.attempts >= attempts && job.failedReason !== '';
  if (!isRetried) return undefined;
  const message = `${about.target}: job ${job.id} (${job.name}) is ${job.state} after ${tried}${reason}, allowed is ${attempts}.`;
  return failed([found(jobRetried, { message, ...about.where })], 'retried');
}

interface QueueState {
  counts: string;
  /** A job that matches but was added before the flow began, as a part of a sentence. */
  older: string;
}

async function isBull(redis: RedisClient, queue: QueueName): Promise<boolean> {
  return (await readQueue(redis, { ...queue, failedSince: 0, overdueSince: undefined })).kind === 'bull';
}

function reportBull({ target, where }: StepAbout): Outcome {
  const message = `${target}: the queue is one of Bull, whose jobs the gate cannot follow.`;
  return { verdict: 'error', findings: [found(bullQueue, { message, ...where })] };
}

async function describeQueue(
  redis: RedisClient,
  queue: QueueName,
  wanted: WantedJob,
  began: number,
): Promise<QueueState> {
  const counts = await countJobs(redis, queue);
  const job = await new JobSearch(redis, queue, { ...wanted, since: 0 }).look();
  const older =
    job && job.addedAt < wanted.since
      ? `; job ${job.id} (${job.name}) matches, but was added ${formatDuration(began - job.addedAt)} before the flow began`
      : '';
  return { counts, older };
}

function reportMissing({ counts, older }: QueueState, took: number, about: StepAbout): Outcome {
  const message = `${about.target}: no such job after ${formatDuration(took)}${older}. The queue has ${counts}.`;
  return failed([found(jobMissing, { message, ...about.where })], 'no job');
}

/** The job is gone, and with it what could be compared. */
function reportRemoved(job: BullJob, about: StepAbout): Outcome {
  const message = `${about.target}: job ${job.id} (${job.name}) was ${job.state} and removed before the gate saw its data.`;
  return { verdict: 'inconclusive', findings: [found(jobRemoved, { message, ...about.where })] };
}

interface End {
  /** Milliseconds. */
  took: number;
  /** Milliseconds since the epoch. */
  now: number;
  about: StepAbout;
}

function giveUp(job: BullJob, { counts }: QueueState, { took, now, about }: End): Outcome {
  const due = job.dueAt === undefined ? 0 : job.dueAt - now;
  const wait = due > 0 ? `, due in ${formatDuration(due)}` : job.dueAt === undefined ? '' : ', though it is due';
  const message = `${about.target}: job ${job.id} (${job.name}) is ${job.state}${wait} after ${formatDuration(took)}. The queue has ${counts}.`;
  const help = due > 0 ? 'Set `within` to more than the delay of the job, or add the job without a delay.' : undefined;
  return failed([found(jobNotProcessed, { message, ...(help && { help }), ...about.where })], job.state);
}
