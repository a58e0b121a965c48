import { stripQuery } from '../../../clients/http.ts';
import type { MetricsSignal } from '../../../config/schema/watch/metrics.ts';
import { formatDuration } from '../../../core/duration.ts';
import { GateError } from '../../../core/errors.ts';
import { found } from '../../../core/finding.ts';
import { suggestName } from '../../../core/nearest.ts';
import { parsePrometheus, type Sample, selectSamples } from '../../../readiness/http/prometheus.ts';
import { askSource, buildHeaders } from '../ask.ts';
import { noData, unusableAnswer } from '../findings.ts';
import { judgeRate } from '../judge-rate.ts';
import { judgeValue } from '../judge-value.ts';
import type { Judgement } from '../judgement.ts';
import type { Signal } from '../signal.ts';
import type { Count } from '../statistics/e-process.ts';
import type { Point } from '../statistics/slope.ts';
import type { Declared } from '../watched.ts';

const usualShare = 0.05;
const usualPatience = 300_000;

/** The service's own metrics, read over and over: counters grow between two looks, restarts included; gauges are read. */
export function createMetricsSignal(signal: MetricsSignal, { name, base, place, context }: Declared): Signal {
  const url = new URL(signal.metrics, base).href;
  const source = { url, headers: buildHeaders(signal), place };
  const target = stripQuery(url);
  const points: Point[] = [];
  const count: Count = { events: 0, exposure: 0 };
  let last: Map<string, number> | undefined;

  const read = async (abort: AbortSignal): Promise<Sample[]> => {
    const { body } = await askSource(source, context, abort);
    const parsed = parsePrometheus(body);
    if ('samples' in parsed) return parsed.samples;
    const message = `${target}: line ${parsed.line} is not a metric.`;
    throw new GateError([found(unusableAnswer, { message, place })]);
  };
  const select = (selector: string, samples: Sample[]): Sample[] => {
    const selected = selectSamples(selector, samples) ?? [];
    if (selected.length > 0) return selected;
    const help = suggestName(selector.replace(/\{.*/, ''), new Set(samples.map(sample => sample.name)));
    throw new GateError([found(noData, { message: `${target} has no metric ${selector}.`, help, place })]);
  };

  return {
    name,
    boundary: signal.boundary,
    place,
    for: signal.for,
    interval: signal.interval,
    reportOnly: signal['report-only'],
    claims: 1,
    observe: async abort => {
      const samples = await read(abort);
      const at = context.clock.now();
      if (signal.value !== undefined) {
        const value = select(signal.value, samples).reduce((sum, sample) => sum + sample.value, 0);
        if (!Number.isFinite(value)) {
          throw new GateError([found(noData, { message: `${target}: ${signal.value} is ${value}.`, place })]);
        }
        points.push({ at, value });
        return;
      }
      const counters = readCounters(signal, samples, select);
      if (last) {
        const grown = { events: growth(last, counters, 'events'), exposure: growth(last, counters, 'of') };
        count.events += grown.events;
        count.exposure += grown.exposure;
        if (grown.exposure > 0) points.push({ at, value: (grown.events / grown.exposure) * 100 });
      }
      last = counters;
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
      const bounds = { atMost: signal['at-most'] ?? usualShare, timesBefore: undefined };
      return judgeRate(count, undefined, { what: describeEvents(signal), bounds, alpha, dispersion: 1 });
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

export function describeEvents({
  events,
  'slower-than': slower,
}: Pick<MetricsSignal, 'events' | 'slower-than'>): string {
  return slower === undefined ? `requests counted by ${events}` : `requests took longer than ${formatDuration(slower)}`;
}

type Select = (selector: string, samples: Sample[]) => Sample[];

/** The counters of the signal by their series, so that each one's restart is seen by itself. */
function readCounters(signal: MetricsSignal, samples: Sample[], select: Select): Map<string, number> {
  const counters = new Map<string, number>();
  const keep = (group: string, list: Sample[], sign = 1) => {
    for (const { name, labels, value } of list)
      counters.set(`${group} ${sign} ${name}${JSON.stringify(labels)}`, value);
  };
  if (signal.histogram !== undefined) {
    const bucket = findBucket(signal.histogram, signal['slower-than'] ?? 0, samples, select);
    const all = select(`${signal.histogram}_count`, samples);
    keep('of', all);
    keep('events', all);
    keep('events', bucket, -1);
    return counters;
  }
  keep('of', select(signal.of ?? '', samples));
  // A counter of errors often exists from the first error on; the one of all requests proves that the page is right.
  keep('events', selectSamples(signal.events ?? '', samples) ?? []);
  return counters;
}

function findBucket(histogram: string, slower: number, samples: Sample[], select: Select): Sample[] {
  const buckets = select(`${histogram}_bucket`, samples);
  const wanted = buckets.filter(({ labels }) => Number(labels.le) === slower / 1000);
  if (wanted.length > 0) return wanted;
  const known = [...new Set(buckets.map(({ labels }) => labels.le))].join(', ');
  const message = `The histogram ${histogram} has no bucket of ${slower / 1000} seconds; it has ${known}.`;
  throw new GateError([found(noData, { message, help: 'Set `slower-than` to one of the buckets.' })]);
}

/** How much the counters of a group have grown; one that went down began again at zero. */
function growth(before: Map<string, number>, after: Map<string, number>, group: string): number {
  let sum = 0;
  for (const [key, value] of after) {
    if (!key.startsWith(`${group} `)) continue;
    const earlier = before.get(key) ?? 0;
    sum += (value >= earlier ? value - earlier : value) * (key.startsWith(`${group} -1 `) ? -1 : 1);
  }
  return Math.max(0, sum);
}
