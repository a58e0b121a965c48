import type { MetricsSignal, PrometheusSignal } from '../../../config/schema/watch/metrics.ts';
import { formatDuration } from '../../../core/duration.ts';
import type { Plot } from '../../../core/plot.ts';
import { judgeValue } from '../judge-value.ts';
import type { Judgement } from '../judgement.ts';
import type { Point } from '../statistics/slope.ts';

type Measured = MetricsSignal | PrometheusSignal;

/** The largest share of events where neither a bound nor a time before is there to compare with. */
export const usualShare = 0.05;
const usualPatience = 300_000; // milliseconds

/** What a `value` over time says. */
export function judgeMeasure(signal: Measured, points: Point[], alpha: number): Judgement {
  const judged = judgeValue(points, {
    atMost: signal['at-most'],
    atLeast: signal['at-least'],
    growsAtMost: signal['grows-at-most'],
    failingFor: signal['failing-for'] ?? usualPatience,
    alpha,
  });
  return { ...judged, sentence: `${signal.value} ${judged.sentence}` };
}

/** A `value` as it is, or a share in percent. */
export function plotMeasure(name: string, signal: Measured, points: Point[]): Plot {
  const isValue = signal.value !== undefined;
  const bound = signal['at-most'];
  return {
    title: `${name}: ${signal.value ?? describeEvents(signal)}`,
    unit: isValue ? '' : '%',
    points,
    ...(bound !== undefined && { bound: isValue ? bound : bound * 100 }),
  };
}

export function describeEvents({ events, 'slower-than': slower }: Measured): string {
  return slower === undefined ? `requests counted by ${events}` : `requests took longer than ${formatDuration(slower)}`;
}
