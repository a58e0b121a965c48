import type { Outcome } from '../core/check.ts';
import { formatDuration } from '../core/duration.ts';
import { type FindingKind, found } from '../core/finding.ts';
import { pluralize } from '../core/plural.ts';
import type { TimelineEntry } from '../core/report.ts';

export const downtime: FindingKind = {
  code: 'deploy/downtime',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'Users met errors while the version changed.',
  cause:
    'The service has only one instance, its old version stops before the new one is ready, or its old version drops requests when it stops.',
  help: 'Run two instances or more, declare a health check, and let the service finish its requests on SIGTERM.',
};

/** Which version answered, told by the commit in the answer. */
export type Version = 'old' | 'new' | 'unknown';

const bars: Record<Version, string> = {
  old: 'the old version answers',
  new: 'the new version answers',
  unknown: 'answers without its version',
};

/** One request during a change. */
export interface Sample {
  /** Milliseconds since the epoch. */
  at: number;
  took: number;
  /** An HTTP status, or what went wrong. */
  result: number | string;
  version: Version;
}

export interface ServiceDowntime {
  name: string;
  samples: number;
  failed: Sample[];
  /** Milliseconds between the good answers around the longest row of bad ones; 0 without bad ones. */
  gap: number;
  slowest: number;
  timeline: TimelineEntry[];
}

export function measureDowntime(name: string, unordered: Sample[]): ServiceDowntime {
  const samples = unordered.toSorted((one, other) => one.at - other.at);
  const usual = samples[0]?.result;
  const isGood = ({ result }: Sample) =>
    typeof result === 'number' && (result < 400 || (result === usual && result < 500));
  const failed = samples.filter(sample => !isGood(sample));
  return {
    name,
    samples: samples.length,
    failed,
    gap: findLongestGap(samples, isGood),
    slowest: Math.max(0, ...samples.filter(isGood).map(({ took }) => took)),
    timeline: drawBars(name, samples, isGood),
  };
}

function findLongestGap(samples: Sample[], isGood: (sample: Sample) => boolean): number {
  let longest = 0;
  let lastGood = samples[0]?.at ?? 0;
  let broken = false;
  for (const sample of samples) {
    if (isGood(sample)) {
      if (broken) longest = Math.max(longest, sample.at + sample.took - lastGood);
      lastGood = sample.at + sample.took;
      broken = false;
    } else broken = true;
  }
  const last = samples.at(-1);
  return broken && last ? Math.max(longest, last.at + last.took - lastGood) : longest;
}

/** One bar for each stretch in which the same version answered, or none. */
function drawBars(section: string, samples: Sample[], isGood: (sample: Sample) => boolean): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  for (const sample of samples) {
    const good = isGood(sample);
    const name = good ? bars[sample.version] : 'no good answer';
    const last = entries.at(-1);
    const end = Math.round(sample.at + sample.took);
    if (last?.name === name) last.finishedAt = Math.max(last.finishedAt, end);
    else entries.push({ section, name, verdict: good ? 'passed' : 'failed', startedAt: sample.at, finishedAt: end });
  }
  return entries;
}

/** `allowed`: the longest gap that is not a failure, in milliseconds; undefined where a gap is only reported. */
export function judgeDowntime(
  { name, samples, failed, gap, slowest }: ServiceDowntime,
  allowed: number | undefined,
): Outcome {
  const requests = pluralize(samples, 'request');
  const asked = `${requests}, ${failed.length} failed`;
  if (failed.length === 0) {
    const detail = `${asked}, the slowest took ${formatDuration(Math.round(slowest))}`;
    return { verdict: 'passed', findings: [], detail };
  }
  const longest = `the longest gap was ${formatDuration(Math.round(gap))}`;
  const kinds = [...Map.groupBy(failed, ({ result }) => String(result))].map(
    ([what, all]) => `${all.length} × ${what}`,
  );
  const message = `Of ${requests} to ${name}, ${failed.length} failed, and ${longest}: ${kinds.slice(0, 3).join('; ')}.`;
  const isTooLong = allowed !== undefined && gap > allowed;
  const findings = [found(downtime, { message, ...(isTooLong && { severity: 'error' }) })];
  return { verdict: isTooLong ? 'failed' : 'passed', findings, detail: `${asked}, ${longest}` };
}
