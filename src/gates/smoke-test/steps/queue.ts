import type { Redis } from 'ioredis';
import type { QueueStep } from '../../../config/schema/smoke/behind.ts';
import type { Outcome } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { failed } from '../failure.ts';
import type { Step } from '../plan/model.ts';
import type { StepAbout, Visit } from '../visit.ts';
import { type BullJob, type BullQueue, findJob, jobCounts, type WantedJob } from './bullmq.ts';
import { withRedis } from './redis-client.ts';
import { judgeStored } from './rows.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const noJob: FindingKind = {
  ...delivery,
  code: 'smoke/no-job',
  meaning: 'The job that the request should have put on the queue is not there.',
  cause:
    'The request enqueues nothing any more, to another queue or with other data; or the API and the worker use different Redis databases.',
  help: "Look at the service's log for the enqueuing, and compare queue, prefix and data with what the step expects.",
};

export const jobNotProcessed: FindingKind = {
  ...delivery,
  code: 'smoke/job-not-processed',
  meaning: 'The job is on the queue, and no worker has done it in time.',
  cause: 'No worker runs, it listens to another queue, or it is too slow or blocked.',
  help: "Look at the worker's deployment and log, and at how many jobs wait before this one.",
};

export const jobFailed: FindingKind = {
  ...delivery,
  code: 'smoke/job-failed',
  meaning: 'A worker took the job and failed.',
  cause:
    'A fault in the worker, a dependency it cannot reach, or data of the new API that the worker does not understand.',
  help: "Look at the reason that is named and at the worker's log for this job.",
};

export const jobRetried: FindingKind = {
  ...delivery,
  code: 'smoke/job-retried',
  meaning: 'The job was not done at the first attempt.',
  cause:
    'A fault that passes, such as a connection that was lost; or an old worker that failed before a new one took over.',
  help: "Look at the worker's log for the attempt that failed; if retries are expected, raise `attempts`.",
};

/** By how much the clocks of the runner and of the service may differ; milliseconds. */
const clocksDiffer = 1000;

/** Milliseconds between two looks at the queue. */
const pause = 50;

/** Waits until a worker has done the job, and holds how it did that against what is expected. */
export async function runQueueStep(declared: QueueStep, step: Step, visit: Visit): Promise<Outcome> {
  const { scope, context } = visit;
  const about = visit.about(step);
  const queue = { prefix: declared.prefix, name: scope.text(declared.queue) };
  const began = visit.run.began.get(visit.flow.name) ?? context.clock.now();
  const wanted = { ...(scope.value(declared.job) as QueueStep['job']), since: began - clocksDiffer };
  visit.asks(() => `redis-cli -u "$${declared.store}" --scan --pattern '${queue.prefix}:${queue.name}:*'`);
  return withRedis(declared.store, declared.within + 5000, step, visit, async redis => {
    const started = performance.now();
    for (;;) {
      const job = await findJob(redis, queue, wanted);
      const took = performance.now() - started;
      const outcome = job && verdictOf(job, declared, about);
      if (outcome) return outcome;
      if (job?.state === 'completed') {
        const stored = { value: job.returned, took, detail: `job ${job.id} done` };
        return judgeStored(stored, { ...declared, within: undefined }, visit, about);
      }
      if (took + pause > declared.within) return givenUp(job, await standOf(redis, queue, wanted, began), took, about);
      await context.clock.sleep(pause, context.signal);
    }
  });
}

/** What is sure to be wrong already; undefined while it may still come out well. */
function verdictOf(job: BullJob, { attempts }: QueueStep, about: StepAbout): Outcome | undefined {
  const reason = job.failedReason === '' ? '' : ` (${about.redact(job.failedReason)})`;
  const tried = `${job.attempts} attempt${job.attempts === 1 ? '' : 's'}`;
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

/** How full the queue is; and what would have fitted, had it not been there before the flow. */
async function standOf(redis: Redis, queue: BullQueue, wanted: WantedJob, began: number) {
  const counts = await jobCounts(redis, queue);
  const older = await findJob(redis, queue, { ...wanted, since: 0 });
  const before =
    older && older.addedAt < wanted.since
      ? `; job ${older.id} (${older.name}), which fits, was added ${formatDuration(began - older.addedAt)} before the flow began`
      : '';
  return { counts, before };
}

function givenUp(
  job: BullJob | undefined,
  { counts, before }: { counts: string; before: string },
  took: number,
  about: StepAbout,
): Outcome {
  const after = `after ${formatDuration(took)}`;
  if (job === undefined) {
    const message = `${about.target}: no such job ${after}${before}. The queue has ${counts}.`;
    return failed([found(noJob, { message, ...about.where })], 'no job');
  }
  const message = `${about.target}: job ${job.id} (${job.name}) is ${job.state} ${after}. The queue has ${counts}.`;
  return failed([found(jobNotProcessed, { message, ...about.where })], job.state);
}
