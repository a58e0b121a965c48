import { endAfter } from '../clients/deadline.ts';
import { sendRequest } from '../clients/http.ts';
import { NetworkError } from '../clients/network-error.ts';
import type { Configuration } from '../config/load.ts';
import { getLocation, getMethod } from '../config/probe-location.ts';
import type { Service } from '../config/schema/services.ts';
import type { CheckResult, Outcome } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { formatDuration } from '../core/duration.ts';
import { type FindingKind, found } from '../core/finding.ts';
import { pluralize } from '../core/plural.ts';
import type { TimelineEntry } from '../core/report.ts';
import { reportOutcome } from '../core/run-to-end.ts';

export const downtime: FindingKind = {
  code: 'deploy/downtime',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'While the version was changed, users met errors.',
  cause:
    'One instance only, a version that is stopped before the next one is ready, or one that ends without its requests.',
  help: 'Run two instances or more, declare a health check, and let the service finish its requests on SIGTERM.',
};

/** Milliseconds between two requests to one service, whatever becomes of the one before. */
const interval = 100;
const timeout = 5000;

export interface Measuring {
  /** The longest gap that is no failure of the release; milliseconds. Undefined: it is only reported. */
  allowed: number | undefined;
}

/** Who answered: by the commit that stands in the answer. */
type Version = 'old' | 'new' | 'unknown';

const inWords: Record<Version, string> = {
  old: 'the old version answers',
  new: 'the new version answers',
  unknown: 'answers, its version not told',
};

/** By service, the commits of what is live before and of what comes, where they are known. */
export type Commits = Map<string, { before: string | undefined; after: string | undefined }>;

interface Sample {
  /** Milliseconds since the epoch. */
  at: number;
  took: number;
  /** An HTTP status, or what went wrong. */
  result: number | string;
  version: Version;
}

interface Asked {
  name: string;
  service: Pick<Service, 'url'>;
}

/** What each service is asked for: a probe that tells its commit, else its first one, else its root. */
export function chooseUrls(services: Asked[], commit: string, config: Configuration): Map<string, string> {
  return new Map(
    services.map(({ name, service }) => {
      const probes = Object.values(config.probe[name] ?? {}).filter(
        probe => !('any-of' in probe) && getMethod(probe) === 'get' && !JSON.stringify(probe).includes('${'),
      );
      const telling = probes.find(probe => commit !== '' && JSON.stringify(probe).includes(commit)) ?? probes[0];
      const path = telling && !('any-of' in telling) ? getLocation(telling) : undefined;
      return [name, new URL(path ?? service.url, service.url).href];
    }),
  );
}

/** Asks services all through a change, and tells what their users would have met. */
export class Monitor {
  readonly #samples = new Map<string, Sample[]>();
  readonly #open = new Set<Promise<void>>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #stopped = new AbortController();
  readonly #commits: Commits;

  constructor(urls: Map<string, string>, commits: Commits) {
    this.#commits = commits;
    for (const [name, url] of urls) {
      this.#samples.set(name, []);
      this.#ask(name, url);
      this.#timers.push(setInterval(() => this.#ask(name, url), interval));
    }
  }

  /** Ends the requests, and judges what came of them. */
  async stop(
    allowed: number | undefined,
    context: GateContext,
  ): Promise<{ checks: CheckResult[]; timeline: TimelineEntry[] }> {
    for (const timer of this.#timers) clearInterval(timer);
    const limit = endAfter(timeout, context.signal, () => this.#stopped.abort());
    await Promise.all(this.#open);
    limit.clear();
    const measured = [...this.#samples].map(([name, samples]) => measure(name, samples));
    return {
      checks: await Promise.all(
        measured.map(one => reportOutcome(`${one.name} downtime`, outcomeOf(one, allowed), context)),
      ),
      timeline: measured.flatMap(one => one.timeline),
    };
  }

  #ask(name: string, url: string): void {
    const asking = this.#sample(name, url).then(sample => {
      if (!this.#stopped.signal.aborted) this.#samples.get(name)?.push(sample);
    });
    this.#open.add(asking);
    void asking.finally(() => this.#open.delete(asking));
  }

  async #sample(name: string, url: string): Promise<Sample> {
    const at = Date.now();
    const started = performance.now();
    const request = { method: 'GET', url, timeout, signal: this.#stopped.signal };
    try {
      const { status, body, headers } = await sendRequest(request);
      const text = `${body}\n${Object.values(headers).join('\n')}`;
      return { at, took: performance.now() - started, result: status, version: this.#versionIn(name, text) };
    } catch (error) {
      const result = error instanceof NetworkError ? error.message : 'given up';
      return { at, took: performance.now() - started, result, version: 'unknown' };
    }
  }

  #versionIn(name: string, text: string): Version {
    const { before, after } = this.#commits.get(name) ?? {};
    if (after && text.includes(after)) return 'new';
    return before && text.includes(before) ? 'old' : 'unknown';
  }
}

interface Measured {
  name: string;
  samples: number;
  failed: Sample[];
  /** Milliseconds between the good answers around the longest row of bad ones; 0 without bad ones. */
  gap: number;
  slowest: number;
  timeline: TimelineEntry[];
}

function measure(name: string, unordered: Sample[]): Measured {
  const samples = unordered.toSorted((one, other) => one.at - other.at);
  const usual = samples[0]?.result;
  const isGood = ({ result }: Sample) =>
    typeof result === 'number' && (result < 400 || (result === usual && result < 500));
  const failed = samples.filter(sample => !isGood(sample));
  return {
    name,
    samples: samples.length,
    failed,
    gap: longestGap(samples, isGood),
    slowest: Math.max(0, ...samples.filter(isGood).map(({ took }) => took)),
    timeline: barsOf(name, samples, isGood),
  };
}

function longestGap(samples: Sample[], isGood: (sample: Sample) => boolean): number {
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
function barsOf(name: string, samples: Sample[], isGood: (sample: Sample) => boolean): TimelineEntry[] {
  const bars: TimelineEntry[] = [];
  for (const sample of samples) {
    const good = isGood(sample);
    const what = good ? inWords[sample.version] : 'no good answer';
    const last = bars.at(-1);
    const end = Math.round(sample.at + sample.took);
    if (last?.name === what) last.finishedAt = Math.max(last.finishedAt, end);
    else
      bars.push({
        section: name,
        name: what,
        verdict: good ? 'passed' : 'failed',
        startedAt: sample.at,
        finishedAt: end,
      });
  }
  return bars;
}

function outcomeOf({ name, samples, failed, gap, slowest }: Measured, allowed: number | undefined): Outcome {
  const asked = `${pluralize(samples, 'request')}, ${failed.length} failed`;
  if (failed.length === 0) {
    return {
      verdict: 'passed',
      findings: [],
      detail: `${asked}, the slowest took ${formatDuration(Math.round(slowest))}`,
    };
  }
  const kinds = [...Map.groupBy(failed, ({ result }) => String(result))].map(
    ([what, all]) => `${all.length} × ${what}`,
  );
  const lasting = `the longest gap was ${formatDuration(Math.round(gap))}`;
  const message = `Of ${pluralize(samples, 'request')} to ${name}, ${failed.length} failed, and ${lasting}: ${kinds.slice(0, 3).join('; ')}.`;
  const tooLong = allowed !== undefined && gap > allowed;
  const detail = `${asked}, ${lasting}`;
  const findings = [found(downtime, { message, ...(tooLong && { severity: 'error' }) })];
  return { verdict: tooLong ? 'failed' : 'passed', findings, detail };
}
