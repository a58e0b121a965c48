import { stripQuery } from '../../../clients/http.ts';
import type { MetricsSignal } from '../../../config/schema/watch/metrics.ts';
import { GateError } from '../../../core/errors.ts';
import { found } from '../../../core/finding.ts';
import { suggestName } from '../../../core/nearest.ts';
import { parsePrometheus, type Sample, selectSamples } from '../../../readiness/http/prometheus.ts';
import { askSource, buildHeaders } from '../ask.ts';
import { noData, unusableAnswer } from '../findings.ts';
import { judgeRate } from '../judge-rate.ts';
import type { Observer } from '../signal.ts';
import type { Count } from '../statistics/e-process.ts';
import type { Point } from '../statistics/slope.ts';
import type { Declared } from '../watched.ts';
import { describeEvents, judgeMeasure, plotMeasure, usualShare } from './measure.ts';

/** The service's own metrics, read over and over: gauges as they are, counters by their growth between two looks. */
export function createMetricsSignal(signal: MetricsSignal, declared: Declared): Observer {
  const page = createPage(signal, declared);
  return signal.value === undefined
    ? observeShare(signal, declared, page)
    : observeValue({ ...signal, value: signal.value }, declared, page);
}

function observeValue(signal: MetricsSignal & { value: string }, { name, context }: Declared, page: Page): Observer {
  const points: Point[] = [];
  return {
    claims: 1,
    observe: async abort => {
      const samples = await page.read(abort);
      const value = page.select(signal.value, samples).reduce((sum, sample) => sum + sample.value, 0);
      if (!Number.isFinite(value)) throw page.hasNoData(`${signal.value} is ${value}`);
      points.push({ at: context.clock.now(), value });
    },
    judge: alpha => judgeMeasure(signal, points, alpha),
    plot: () => plotMeasure(name, signal, points),
  };
}

function observeShare(signal: MetricsSignal, { name, context }: Declared, page: Page): Observer {
  const points: Point[] = [];
  const count: Count = { events: 0, exposure: 0 };
  let last: Map<string, number> | undefined;
  return {
    claims: 1,
    observe: async abort => {
      const counters = readCounters(signal, await page.read(abort), page.select);
      if (last) {
        const grown = { events: growth(last, counters, 'events'), exposure: growth(last, counters, 'of') };
        count.events += grown.events;
        count.exposure += grown.exposure;
        const share = (grown.events / grown.exposure) * 100;
        if (grown.exposure > 0) points.push({ at: context.clock.now(), value: share });
      }
      last = counters;
    },
    judge: alpha => {
      const bounds = { atMost: signal['at-most'] ?? usualShare, timesBefore: undefined };
      return judgeRate(count, undefined, { what: describeEvents(signal), bounds, alpha, dispersion: 1 });
    },
    plot: () => plotMeasure(name, signal, points),
  };
}

type Select = (selector: string, samples: Sample[]) => Sample[];

/** The metrics of a service, as one address shows them. */
interface Page {
  /** Throws a GateError for what is not the text format of Prometheus. */
  read(abort: AbortSignal): Promise<Sample[]>;
  /** Throws a GateError where nothing matches. */
  select: Select;
  hasNoData(seen: string): GateError;
}

function createPage(signal: MetricsSignal, { base, place, context }: Declared): Page {
  const url = new URL(signal.metrics, base).href;
  const source = { url, headers: buildHeaders(signal), place };
  const target = stripQuery(url);
  return {
    read: async abort => {
      const { body } = await askSource(source, context, abort);
      const parsed = parsePrometheus(body);
      if ('samples' in parsed) return parsed.samples;
      const message = `${target}: line ${parsed.line} is not a metric.`;
      throw new GateError([found(unusableAnswer, { message, place })]);
    },
    select: (selector, samples) => {
      const selected = selectSamples(selector, samples) ?? [];
      if (selected.length > 0) return selected;
      const help = suggestName(selector.replace(/\{.*/, ''), new Set(samples.map(sample => sample.name)));
      throw new GateError([found(noData, { message: `${target} has no metric ${selector}.`, help, place })]);
    },
    hasNoData: seen => new GateError([found(noData, { message: `${target}: ${seen}.`, place })]),
  };
}

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
