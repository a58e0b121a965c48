import { bullQueue } from '../../../clients/bullmq/bull.ts';
import { lookAtQueue, type QueueMemory, type QueueState } from '../../../clients/bullmq/queue-state.ts';
import { toNetworkError } from '../../../clients/network-error.ts';
import { RedisRefused } from '../../../clients/redis/refusals.ts';
import { RedisSession } from '../../../clients/redis/session.ts';
import type { QueueSignal } from '../../../config/schema/watch/stores.ts';
import { formatDuration } from '../../../core/duration.ts';
import { formatError, GateError } from '../../../core/errors.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { readRedisUrl } from '../../../readiness/probers/redis-errors.ts';
import { noData, unusableAnswer } from '../findings.ts';
import { judgeValue } from '../judge-value.ts';
import { combineJudgements, type Judgement } from '../judgement.ts';
import type { Observer } from '../signal.ts';
import type { Declared } from '../watched.ts';

export const jobsFail: FindingKind = {
  code: 'watch/jobs-fail',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'More jobs of a queue failed since the release than the configuration allows.',
  cause: 'A worker of the release that cannot do its work, or jobs whose form the release changed.',
  help: 'Look at the reason of the newest failed job; then roll back the worker, or fix and retry the jobs.',
};

interface Look extends QueueState {
  /** Milliseconds since the epoch. */
  at: number;
}

/** A BullMQ queue: jobs that fail since the release, and jobs that nobody takes. */
export function createQueueSignal(signal: QueueSignal, { name, place, releasedAt, context }: Declared): Observer {
  const { url, target } = readRedisUrl(signal.store, context, { place });
  const session = new RedisSession(url);
  let before: QueueMemory | undefined;
  const looks: Look[] = [];
  const bounds = { atLeast: undefined, growsAtMost: undefined, failingFor: signal['failing-for'], alpha: 1 };

  const judgeOver = (what: string, atMost: number | undefined, read: (look: Look) => number): Judgement[] => {
    if (atMost === undefined) return [];
    const judged = judgeValue(
      looks.map(look => ({ at: look.at, value: read(look) })),
      { ...bounds, atMost },
    );
    return [{ ...judged, sentence: `${what} ${judged.sentence}` }];
  };
  const judgeFailed = (): Judgement => {
    const failed = looks.at(-1)?.failed ?? 0;
    const sentence = `${pluralize(failed, 'job')} failed since the release, at most ${signal.failed}`;
    return failed > signal.failed ? { state: 'bad', sentence, kind: jobsFail } : { state: 'open', sentence };
  };

  return {
    claims: 0,
    observe: async abort => {
      const now = context.clock.now();
      const request = {
        name: signal.queue,
        prefix: signal.prefix,
        failedSince: releasedAt,
        overdueSince: signal.oldest === undefined ? undefined : now - signal.oldest,
      };
      const limits = { timeout: 5000, signal: abort };
      before = await session
        .use(limits, redis => lookAtQueue(redis, request, { before, now }))
        .catch(error => {
          abort.throwIfAborted();
          const network = toNetworkError(error, target);
          const message = `${target} refused: ${formatError(error)}.`;
          const kind = (error instanceof RedisRefused && error.kind) || unusableAnswer;
          throw new GateError([network?.finding({ place }) ?? found(kind, { message, place })]);
        });
      const { state } = before;
      if (state.kind === 'bull') {
        const message = `The queue ${signal.queue} in ${target} is one of Bull.`;
        throw new GateError([found(bullQueue, { message, place })]);
      }
      if (state.kind === 'none') {
        const message = `The queue ${signal.queue} is not in ${target} under the prefix ${signal.prefix}.`;
        throw new GateError([found(noData, { message, place })]);
      }
      looks.push({ ...state, at: context.clock.now() });
    },
    close: () => session.close(),
    judge: () =>
      combineJudgements([
        judgeFailed(),
        ...judgeOver('the number of waiting jobs', signal.waiting, ({ waiting }) => waiting),
        ...judgeOver(
          `the age of the oldest job in ms (${formatDuration(signal.oldest ?? 0)} allowed)`,
          signal.oldest,
          ({ oldest, at }) => (oldest === undefined ? 0 : Math.max(0, at - oldest)),
        ),
      ]),
    plot: () => ({
      title: `${name}: failed jobs`,
      unit: '',
      points: looks.map(({ at, failed }) => ({ at, value: failed })),
      bound: signal.failed,
    }),
  };
}
