import { sendRequest, stripQuery } from '../../../clients/http.ts';
import { isUnrelatedToRelease, NetworkError } from '../../../clients/network-error.ts';
import type { HttpSignal } from '../../../config/schema/watch/http.ts';
import { formatDuration } from '../../../core/duration.ts';
import { GateError } from '../../../core/errors.ts';
import { buildHeaders } from '../ask.ts';
import { keepsFailing } from '../findings.ts';
import { judgeLatency } from '../judge-latency.ts';
import { judgeRate } from '../judge-rate.ts';
import { combineJudgements, type Judgement } from '../judgement.ts';
import type { Observer } from '../signal.ts';
import type { Declared } from '../watched.ts';

interface Answered {
  /** Milliseconds since the epoch. */
  at: number;
  /** Milliseconds. */
  took: number;
  failed: boolean;
}

const quantiles = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

/** The gate's own requests: errors, latency and outages, whatever else the service is asked. */
export function createHttpSignal(signal: HttpSignal, { name, base, place, context }: Declared): Observer {
  const { clock } = context;
  const url = new URL(signal.get, base).href;
  const headers = buildHeaders(signal);
  const answers: Answered[] = [];
  const latencies: number[] = []; // ascending
  const bounds = Object.entries(quantiles).flatMap(([key, quantile]) => {
    const atMost = signal.latency[key as keyof typeof quantiles];
    return atMost === undefined ? [] : [{ name: key, quantile, atMost }];
  });

  const judge = (alpha: number): Judgement => {
    const failed = answers.filter(answer => answer.failed).length;
    const outage = judgeOutage(answers, signal['failing-for']);
    const rate = judgeRate({ events: failed, exposure: answers.length }, undefined, {
      what: 'requests failed',
      bounds: { atMost: signal.errors['at-most'], timesBefore: undefined },
      alpha,
      dispersion: 1,
    });
    const slow = bounds.map(bound => judgeLatency(latencies, bound, alpha));
    return combineJudgements([...outage, rate, ...slow]);
  };

  return {
    claims: 1 + bounds.length,
    judge,
    observe: async abort => {
      const at = clock.now();
      try {
        const { status, took } = await sendRequest({
          method: 'GET',
          url,
          headers,
          timeout: signal.timeout,
          signal: abort,
        });
        const failed = status >= 500;
        answers.push({ at, took, failed });
        if (!failed) insert(latencies, took);
      } catch (error) {
        if (!(error instanceof NetworkError)) throw error;
        if (isUnrelatedToRelease(error.kind.code)) throw new GateError([error.finding({ place })]);
        answers.push({ at, took: clock.now() - at, failed: true });
      }
    },
    plot: () => ({
      title: `${name}: ${stripQuery(url)}`,
      unit: 'ms',
      points: answers.map(({ at, took }) => ({ at, value: Math.round(took) })),
      ...(signal.latency.p95 !== undefined && { bound: signal.latency.p95 }),
    }),
  };
}

/** Whether all requests have failed without a break for too long. */
function judgeOutage(answers: Answered[], failingFor: number): Judgement[] {
  const last = answers.at(-1);
  if (!last?.failed) return [];
  const lastGood = answers.findLastIndex(({ failed }) => !failed);
  const since = answers[lastGood + 1]?.at ?? last.at;
  const sentence = `every request failed for ${formatDuration(last.at - since)}`;
  if (last.at - since >= failingFor) return [{ state: 'bad', sentence, kind: keepsFailing }];
  return [{ state: 'open', sentence, missing: `the end of \`failing-for\`, ${formatDuration(failingFor)}` }];
}

/** Keeps the list in ascending order. */
function insert(sorted: number[], value: number): void {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  sorted.splice(low, 0, value);
}
