import * as z from 'zod';
import { stripQuery } from '../../../clients/http.ts';
import type { PrometheusSignal } from '../../../config/schema/watch/metrics.ts';
import { GateError } from '../../../core/errors.ts';
import { found } from '../../../core/finding.ts';
import { askSource, buildHeaders } from '../ask.ts';
import { noData, unusableAnswer } from '../findings.ts';
import { judgeRate } from '../judge-rate.ts';
import { judgeValue } from '../judge-value.ts';
import type { Judgement } from '../judgement.ts';
import type { Signal } from '../signal.ts';
import { estimateDispersion } from '../statistics/dispersion.ts';
import type { Count } from '../statistics/e-process.ts';
import type { Point } from '../statistics/slope.ts';
import type { Declared } from '../watched.ts';
import { describeEvents } from './metrics.ts';

/** Prometheus documentation, HTTP API: range queries; `values` are pairs of Unix seconds and a text. */
const answerSchema = z.looseObject({
  status: z.string(),
  data: z.looseObject({
    result: z.array(z.looseObject({ values: z.array(z.tuple([z.number(), z.string()])) })),
  }),
});

const usualShare = 0.05;
const usualRise = 2;
const usualPatience = 300_000;
/** The time before is at most so many times as long as the watch, and of at most so many looks. */
const mostBefore = 10;
const mostLooks = 2000;

/** A store of metrics, which also knows the time before the release. */
export function createPrometheusSignal(signal: PrometheusSignal, declared: Declared): Signal {
  const { name, place, releasedAt, context } = declared;
  const { clock } = context;
  const base = signal.prometheus.replace(/\/+$/, '');
  const headers = buildHeaders(signal);
  const step = Math.max(1, Math.round(signal.interval / 1000));
  const startedAt = clock.now();
  let points: Point[] = [];
  let after: Count = { events: 0, exposure: 0 };
  let before: Count[] | undefined;

  const ask = async (query: string, from: number, to: number, abort: AbortSignal): Promise<Map<number, number>> => {
    const search = new URLSearchParams({
      query,
      start: String(Math.ceil(from / 1000)),
      end: String(Math.floor(to / 1000)),
      step: String(step),
    });
    const url = `${base}/api/v1/query_range?${search}`;
    const { body } = await askSource({ url, headers, place }, context, abort);
    return readSeries(body, stripQuery(url), declared);
  };
  const increase = (selector: string) => `sum(increase(${selector}[${step}s]))`;
  const queries = buildQueries(signal, increase);

  /** Events and exposure of each step of a span, which ends at its last whole step. */
  const countSpan = async (from: number, to: number, abort: AbortSignal): Promise<Map<number, Count>> => {
    if (to - from < step * 1000) return new Map();
    const first = from + step * 1000; // an increase looks back over one step
    const [events, all] = await Promise.all([
      ask(queries.events, first, to, abort),
      ask(queries.all, first, to, abort),
    ]);
    return new Map(
      [...all].map(([at, exposure]): [number, Count] => [at, { events: Math.max(0, events.get(at) ?? 0), exposure }]),
    );
  };

  return {
    name,
    boundary: signal.boundary,
    place,
    for: signal.for,
    interval: signal.interval,
    reportOnly: signal['report-only'],
    claims: (signal['at-most'] !== undefined || !signal.compare ? 1 : 0) + Number(signal.compare),
    observe: async abort => {
      const now = clock.now();
      if (signal.value !== undefined) {
        const values = await ask(signal.value, Math.min(startedAt, now - step * 1000), now, abort);
        points = [...values].map(([at, value]) => ({ at, value }));
        if (points.length === 0) throw missing(signal.value, base, declared);
        return;
      }
      if (signal.compare && before === undefined) {
        const span = Math.min(mostBefore * signal.for, mostLooks * step * 1000);
        before = [...(await countSpan(releasedAt - span, releasedAt, abort)).values()];
      }
      const looks = await countSpan(releasedAt, now, abort);
      if (looks.size === 0 && now - startedAt > 4 * signal.interval) throw missing(queries.all, base, declared);
      after = sum([...looks.values()]);
      points = [...looks].map(([at, { events, exposure }]) => ({
        at,
        value: exposure > 0 ? (events / exposure) * 100 : 0,
      }));
    },
    judge: (alpha): Judgement => {
      if (signal.value !== undefined) {
        const judged = judgeValue(points, {
          atMost: signal['at-most'],
          atLeast: signal['at-least'],
          growsAtMost: signal['grows-at-most'],
          failingFor: signal['failing-for'] ?? usualPatience,
          alpha,
        });
        return { ...judged, sentence: `${signal.value} ${judged.sentence}` };
      }
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
    },
    plot: () => ({
      title: `${name}: ${signal.value ?? describeEvents(signal)}`,
      unit: signal.value === undefined ? '%' : '',
      points,
      ...(signal['at-most'] !== undefined && {
        bound: signal.value === undefined ? signal['at-most'] * 100 : signal['at-most'],
      }),
    }),
  };
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

function missing(query: string, base: string, { place }: Declared): GateError {
  return new GateError([found(noData, { message: `${base} has no data for ${query}.`, place })]);
}

function sum(counts: Count[]): Count {
  return counts.reduce(
    (total, { events, exposure }) => ({ events: total.events + events, exposure: total.exposure + exposure }),
    { events: 0, exposure: 0 },
  );
}
