import * as z from 'zod';
import { stripQuery } from '../../../clients/http.ts';
import type { PrometheusSignal } from '../../../config/schema/watch/metrics.ts';
import { GateError } from '../../../core/errors.ts';
import { found } from '../../../core/finding.ts';
import { askSource, buildHeaders } from '../ask.ts';
import { noData, unusableAnswer } from '../findings.ts';
import { judgeRate } from '../judge-rate.ts';
import type { Judgement } from '../judgement.ts';
import type { Observer } from '../signal.ts';
import { estimateDispersion } from '../statistics/dispersion.ts';
import type { Count } from '../statistics/e-process.ts';
import type { Point } from '../statistics/slope.ts';
import type { Declared } from '../watched.ts';
import { describeEvents, judgeMeasure, plotMeasure, usualShare } from './measure.ts';

/** Prometheus documentation, HTTP API: range queries; `values` are pairs of Unix seconds and a text. */
const answerSchema = z.looseObject({
  status: z.string(),
  data: z.looseObject({
    result: z.array(z.looseObject({ values: z.array(z.tuple([z.number(), z.string()])) })),
  }),
});

const usualRise = 2;
/** The time before is at most so many times as long as the watch, and of at most so many looks. */
const mostBefore = 10;
const mostLooks = 2000;

/** A store of metrics, which also knows the time before the release. */
export function createPrometheusSignal(signal: PrometheusSignal, declared: Declared): Observer {
  const store = createStore(signal, declared);
  return signal.value === undefined
    ? observeShare(signal, declared, store)
    : observeValue({ ...signal, value: signal.value }, declared, store);
}

function observeValue(signal: PrometheusSignal & { value: string }, declared: Declared, store: Store): Observer {
  const { name, context } = declared;
  const startedAt = context.clock.now();
  let points: Point[] = [];
  return {
    claims: 1,
    observe: async abort => {
      const now = context.clock.now();
      const values = await store.ask(signal.value, { from: Math.min(startedAt, now - store.step), to: now }, abort);
      points = [...values].map(([at, value]) => ({ at, value }));
      if (points.length === 0) throw missing(signal.value, signal, declared);
    },
    judge: alpha => judgeMeasure(signal, points, alpha),
    plot: () => plotMeasure(name, signal, points),
  };
}

function observeShare(signal: PrometheusSignal, declared: Declared, store: Store): Observer {
  const { name, releasedAt, context } = declared;
  const startedAt = context.clock.now();
  const queries = buildQueries(signal, selector => `sum(increase(${selector}[${store.step / 1000}s]))`);
  let points: Point[] = [];
  let after: Count = { events: 0, exposure: 0 };
  let before: Count[] | undefined;

  /** Events and exposure of each step of a span, which ends at its last whole step. */
  const countSpan = async ({ from, to }: Span, abort: AbortSignal): Promise<Map<number, Count>> => {
    if (to - from < store.step) return new Map();
    const span = { from: from + store.step, to }; // an increase looks back over one step
    const [events, all] = await Promise.all([
      store.ask(queries.events, span, abort),
      store.ask(queries.all, span, abort),
    ]);
    return new Map(
      [...all].map(([at, exposure]): [number, Count] => [at, { events: Math.max(0, events.get(at) ?? 0), exposure }]),
    );
  };
  const judge = (alpha: number): Judgement => {
    const baseline = before && before.length > 0 ? sum(before) : undefined;
    const compares = signal.compare && baseline !== undefined && baseline.exposure > 0;
    const judged = judgeRate(after, compares ? baseline : undefined, {
      what: describeEvents(signal),
      bounds: {
        atMost: signal['at-most'] ?? (compares ? undefined : usualShare),
        timesBefore: compares ? (signal['times-before'] ?? usualRise) : undefined,
      },
      alpha,
      dispersion: before ? estimateDispersion(before) : 1,
    });
    if (compares || !signal.compare) return judged;
    return { ...judged, sentence: `${judged.sentence}; the store has nothing from before the release` };
  };

  return {
    claims: (signal['at-most'] !== undefined || !signal.compare ? 1 : 0) + Number(signal.compare),
    observe: async abort => {
      const now = context.clock.now();
      if (signal.compare && before === undefined) {
        const length = Math.min(mostBefore * signal.for, mostLooks * store.step);
        before = [...(await countSpan({ from: releasedAt - length, to: releasedAt }, abort)).values()];
      }
      const looks = await countSpan({ from: releasedAt, to: now }, abort);
      if (looks.size === 0 && now - startedAt > 4 * signal.interval) throw missing(queries.all, signal, declared);
      after = sum([...looks.values()]);
      points = [...looks].map(([at, { events, exposure }]) => ({
        at,
        value: exposure > 0 ? (events / exposure) * 100 : 0,
      }));
    },
    judge,
    plot: () => plotMeasure(name, signal, points),
  };
}

/** Milliseconds since the epoch. */
interface Span {
  from: number;
  to: number;
}

interface Store {
  /** The width of one look, in whole seconds, as milliseconds. */
  step: number;
  /** The values of a query over a span, by their time. Throws a GateError for an answer that is not one series. */
  ask(query: string, span: Span, abort: AbortSignal): Promise<Map<number, number>>;
}

function createStore(signal: PrometheusSignal, declared: Declared): Store {
  const base = trimSlashes(signal.prometheus);
  const headers = buildHeaders(signal);
  const seconds = Math.max(1, Math.round(signal.interval / 1000));
  return {
    step: seconds * 1000,
    ask: async (query, { from, to }, abort) => {
      const search = new URLSearchParams({
        query,
        start: String(Math.ceil(from / 1000)),
        end: String(Math.floor(to / 1000)),
        step: String(seconds),
      });
      const url = `${base}/api/v1/query_range?${search}`;
      const { body } = await askSource({ url, headers, place: declared.place }, declared.context, abort);
      return readSeries(body, stripQuery(url), declared);
    },
  };
}

function trimSlashes(address: string): string {
  return address.replace(/\/+$/, '');
}

function buildQueries(
  signal: PrometheusSignal,
  increase: (selector: string) => string,
): { events: string; all: string } {
  const { events = '', of = '', histogram } = signal;
  if (histogram === undefined) return { events: increase(events), all: increase(of) };
  const [metric = '', labels = ''] = histogram.split(/(?=\{)/);
  const le = String((signal['slower-than'] ?? 0) / 1000);
  const bucket = `${metric}_bucket{${[labels.replace(/^\{|\}$/g, ''), `le="${le}"`].filter(Boolean).join(',')}}`;
  const all = increase(`${metric}_count${labels}`);
  return { events: `${all} - ${increase(bucket)}`, all };
}

function readSeries(body: string, target: string, { place }: Declared): Map<number, number> {
  let parsed: ReturnType<typeof answerSchema.safeParse>;
  try {
    parsed = answerSchema.safeParse(JSON.parse(body));
  } catch {
    throw new GateError([found(unusableAnswer, { message: `${target} did not answer in JSON.`, place })]);
  }
  if (!parsed.success) {
    throw new GateError([found(unusableAnswer, { message: `${target} did not answer with series over time.`, place })]);
  }
  const { result } = parsed.data.data;
  if (result.length > 1) {
    const message = `The query has ${result.length} series; the gate can judge one.`;
    throw new GateError([found(unusableAnswer, { message, help: 'Wrap it in sum(…) or max(…).', place })]);
  }
  const pairs = (result[0]?.values ?? []).map(([at, text]): [number, number] => [at * 1000, Number(text)]);
  return new Map(pairs.filter(([, value]) => Number.isFinite(value)));
}

function missing(query: string, { prometheus }: PrometheusSignal, { place }: Declared): GateError {
  return new GateError([found(noData, { message: `${trimSlashes(prometheus)} has no data for ${query}.`, place })]);
}

function sum(counts: Count[]): Count {
  return counts.reduce(
    (total, { events, exposure }) => ({ events: total.events + events, exposure: total.exposure + exposure }),
    { events: 0, exposure: 0 },
  );
}
