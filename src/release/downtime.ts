import { endAfter } from '../clients/deadline.ts';
import { sendRequest } from '../clients/http.ts';
import { NetworkError } from '../clients/network-error.ts';
import type { Configuration } from '../config/load.ts';
import { getLocation, getMethod } from '../config/probe-location.ts';
import type { CheckResult } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { hasText } from '../core/has-text.ts';
import type { TimelineEntry } from '../core/report.ts';
import { reportOutcome } from '../core/run-to-end.ts';
import { judgeDowntime, measureDowntime, type Sample, type Version } from './downtime-report.ts';
import type { ServiceOptions } from './services.ts';

/** Milliseconds between two requests to one service. A slow answer does not delay the next request. */
const interval = 100;
const timeout = 5000;

export interface Measuring {
  /** The longest gap that does not fail the release, in milliseconds. Undefined: a gap is only reported. */
  allowed: number | undefined;
}

/** A service that gets requests during a change. */
export interface MeasuredService {
  name: string;
  url: string;
  /** The commit that is live before the change and the one that comes, where they are known. */
  before: string | undefined;
  after: string | undefined;
}

export interface MeasuredDowntime {
  checks: CheckResult[];
  timeline: TimelineEntry[];
}

/** Starts sending requests to the services. The function it returns stops that and reports what users met. */
export function startMeasuring(
  services: MeasuredService[],
  { allowed }: Measuring,
  context: GateContext,
): () => Promise<MeasuredDowntime> {
  const monitors = services.map(service => new Monitor(service));
  return async () => {
    const sampled = await Promise.all(monitors.map(monitor => monitor.stop(context.signal)));
    const measured = services.map(({ name }, index) => measureDowntime(name, sampled[index] ?? []));
    return {
      checks: measured.map(one => reportOutcome(`${one.name} downtime`, judgeDowntime(one, allowed), context)),
      timeline: measured.flatMap(({ timeline }) => timeline),
    };
  };
}

/** Where a service gets its requests: a probe that shows the commit, otherwise its first probe, otherwise its root. */
export function chooseUrl({ name, service }: ServiceOptions, commit: string, config: Configuration): string {
  const locations = Object.values(config.probe[name] ?? {}).flatMap(probe => {
    if ('any-of' in probe || getMethod(probe) !== 'get' || hasText(probe, '${')) return [];
    return [{ location: getLocation(probe), showsCommit: commit !== '' && hasText(probe, commit) }];
  });
  const chosen = locations.find(({ showsCommit }) => showsCommit) ?? locations[0];
  return new URL(chosen?.location ?? service.url, service.url).href;
}

/** Sends requests to one service until it is stopped. */
class Monitor {
  readonly #service: MeasuredService;
  readonly #samples: Sample[] = [];
  readonly #open = new Set<Promise<void>>();
  readonly #stopped = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(service: MeasuredService) {
    this.#service = service;
    this.#ask();
    this.#timer = setInterval(() => this.#ask(), interval);
  }

  /** Waits for the last answers and returns all of them. */
  async stop(signal: AbortSignal): Promise<Sample[]> {
    clearInterval(this.#timer);
    const limit = endAfter(timeout, signal, () => this.#stopped.abort());
    await Promise.all(this.#open);
    limit.clear();
    return this.#samples;
  }

  #ask(): void {
    const asking = this.#sample().then(sample => {
      if (!this.#stopped.signal.aborted) this.#samples.push(sample);
    });
    this.#open.add(asking);
    void asking.finally(() => this.#open.delete(asking));
  }

  async #sample(): Promise<Sample> {
    const at = Date.now();
    const started = performance.now();
    const request = { method: 'GET', url: this.#service.url, timeout, signal: this.#stopped.signal };
    try {
      const { status, body, headers } = await sendRequest(request);
      const text = `${body}\n${Object.values(headers).join('\n')}`;
      return { at, took: performance.now() - started, result: status, version: this.#findVersion(text) };
    } catch (error) {
      const result = error instanceof NetworkError ? error.message : 'interrupted';
      return { at, took: performance.now() - started, result, version: 'unknown' };
    }
  }

  #findVersion(text: string): Version {
    const { before, after } = this.#service;
    if (after && text.includes(after)) return 'new';
    return before && text.includes(before) ? 'old' : 'unknown';
  }
}
