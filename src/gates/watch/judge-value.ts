import { formatDuration } from '../../core/duration.ts';
import type { FindingKind } from '../../core/finding.ts';
import type { Judgement } from './judgement.ts';
import { estimateSlope, type Point } from './statistics/slope.ts';

export const outOfRange: FindingKind = {
  code: 'watch/out-of-range',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A value stays outside the range that the configuration allows.',
  cause: 'What the value measures is not well since the release, such as a queue that nobody empties.',
  help: 'Look at what the value measures on the service; then roll back, or correct the bound if it is too narrow.',
};

export const keepsGrowing: FindingKind = {
  code: 'watch/keeps-growing',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A value grows faster than the configuration allows, so the service runs out of it sooner or later.',
  cause: 'Memory or connections that the release takes and does not give back.',
  help: 'Roll back, then compare heap snapshots or open connections of both versions.',
};

export interface ValueBounds {
  atMost: number | undefined;
  atLeast: number | undefined;
  /** In an hour. */
  growsAtMost: number | undefined;
  /** Milliseconds for which a value may be out of range without a break. */
  failingFor: number;
  /** The probability that growth is found where there is none. */
  alpha: number;
}

/** Whether a value stays in its range and grows no faster than it may. Times are milliseconds since the epoch. */
export function judgeValue(points: Point[], bounds: ValueBounds): Judgement {
  const last = points.at(-1);
  if (last === undefined) return { state: 'open', sentence: 'no value yet', missing: 'a first value' };
  const { atMost, atLeast, growsAtMost, failingFor, alpha } = bounds;
  const isGood = ({ value }: Point) =>
    (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast);
  const range = [
    ...(atMost === undefined ? [] : [`at most ${formatNumber(atMost)}`]),
    ...(atLeast === undefined ? [] : [`at least ${formatNumber(atLeast)}`]),
  ].join(', ');
  const sentence = `is ${formatNumber(last.value)}${range && `, ${range}`}`;
  if (!isGood(last)) {
    const lastGood = points.findLastIndex(isGood);
    const since = points[lastGood + 1]?.at ?? last.at;
    const bad = `${sentence}, bad for ${formatDuration(last.at - since)}`;
    if (last.at - since >= failingFor) return { state: 'bad', sentence: bad, kind: outOfRange };
    return { state: 'open', sentence: bad, missing: `the end of \`failing-for\`, ${formatDuration(failingFor)}` };
  }
  if (growsAtMost === undefined) return { state: 'open', sentence };
  const slope = estimateSlope(points, alpha);
  if (slope === undefined) return { state: 'open', sentence, missing: 'at least eight values to tell its growth' };
  const growth = `${sentence}, grows by ${formatNumber(slope.estimate)} an hour, at most ${formatNumber(growsAtMost)}`;
  if (slope.low > growsAtMost) return { state: 'bad', sentence: growth, kind: keepsGrowing };
  return { state: 'open', sentence: growth };
}

function formatNumber(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(4)));
}
