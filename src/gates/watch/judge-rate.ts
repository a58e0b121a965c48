import type { FindingKind } from '../../core/finding.ts';
import type { Judgement } from './judgement.ts';
import {
  type Count,
  compareRates,
  exceedBound,
  isConclusive,
  stayBelow,
  stayBelowBound,
} from './statistics/e-process.ts';

export const aboveBound: FindingKind = {
  code: 'watch/above-bound',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'More requests fail, or are slow, than the configuration allows, and chance does not explain it.',
  cause: 'A fault of the release that only some requests meet, or a dependency that is down.',
  help: "Look at the service's log for the errors since the release; then roll back, or fix and release again.",
};

export const worseThanBefore: FindingKind = {
  code: 'watch/worse-than-before',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A larger share of requests fails, or is slow, than before this release, and chance does not explain it.',
  cause: 'A fault of the release that only some requests meet.',
  help: "Compare the service's errors before and after the release; then roll back, or fix and release again.",
};

/** The smallest rise that matters where none is configured: twice as many. */
const usualRise = 2;

export interface RateBounds {
  /** The largest share that is good; undefined where only the time before decides. */
  atMost: number | undefined;
  /** How many times the share of before is too much; undefined where it is not compared. */
  timesBefore: number | undefined;
}

export interface RateSubject {
  /** What is counted, in the plural: `requests failed`, `requests took longer than 1 s`. */
  what: string;
  bounds: RateBounds;
  /** The probability of a false alarm. */
  alpha: number;
  /** How far events cluster; at least 1. */
  dispersion: number;
}

/** Whether the share of events is too large, by its bound and by the time before the release. */
export function judgeRate(after: Count, before: Count | undefined, subject: RateSubject): Judgement {
  const { what, bounds, alpha, dispersion } = subject;
  const { atMost, timesBefore } = bounds;
  const share = formatShare(after);
  const said = `${format(after.events)} of ${format(after.exposure)} ${what} (${share})`;
  const limit = atMost === undefined ? '' : `, at most ${formatPercent(atMost)} may`;
  const wasBefore = before ? `, before the release ${formatShare(before)}` : '';
  const sentence = `${said}${limit}${wasBefore}`;
  if (atMost !== undefined && isConclusive(exceedBound(after, atMost, { dispersion }), alpha)) {
    // Red already before the release: the bound says nothing of it.
    const wasBad = before !== undefined && before.events > before.exposure * atMost;
    if (!wasBad) return { state: 'bad', sentence, kind: aboveBound };
    if (timesBefore === undefined) return { state: 'good', sentence, wasBad };
  }
  if (timesBefore !== undefined && before) {
    const rise = compareRates(before, after, { dispersion });
    const grown = after.events / after.exposure > timesBefore * ((before.events + 1) / before.exposure);
    if (grown && isConclusive(rise, alpha)) return { state: 'bad', sentence, kind: worseThanBefore };
  }
  return judgeGood(after, before, sentence, subject);
}

/** Whether it is clearly good, or enough was seen to say that nothing is wrong. */
function judgeGood(after: Count, before: Count | undefined, sentence: string, subject: RateSubject): Judgement {
  const { bounds, alpha, dispersion } = subject;
  const belowBound =
    bounds.atMost === undefined || isConclusive(stayBelowBound(after, bounds.atMost, { dispersion }), alpha);
  const belowBefore =
    bounds.timesBefore === undefined ||
    (before !== undefined && isConclusive(stayBelow(before, after, bounds.timesBefore, { dispersion }), alpha));
  if (belowBound && belowBefore) return { state: 'good', sentence };
  const missing = Math.ceil(countNeeded(before, subject) - after.exposure);
  if (missing <= 0) return { state: 'open', sentence };
  return { state: 'open', sentence, missing: `about ${format(missing)} more requests` };
}

/** How many requests show a rise that matters, if there is one. */
export function countNeeded(before: Count | undefined, { bounds, alpha, dispersion }: RateSubject): number {
  const evidence = Math.log(1 / alpha) + Math.log(7); // the lifts share the weight
  const gain = (lift: number) => (lift * Math.log(lift) - (lift - 1)) / dispersion;
  const byBound = bounds.atMost === undefined ? 0 : evidence / (bounds.atMost * gain(usualRise));
  if (bounds.timesBefore === undefined || !before) return byBound;
  const rate = (before.events + 1) / before.exposure;
  return Math.max(byBound, evidence / (rate * gain(Math.max(usualRise, bounds.timesBefore))));
}

export function formatPercent(share: number): string {
  const percent = share * 100;
  return `${Number(percent.toPrecision(percent >= 10 ? 3 : 2))} %`;
}

function formatShare({ events, exposure }: Count): string {
  return exposure === 0 ? 'none' : formatPercent(events / exposure);
}

function format(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
