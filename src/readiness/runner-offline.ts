import { sendRequest } from '../clients/http.ts';
import { NetworkError } from '../clients/network-error.ts';
import type { GateContext } from '../core/context.ts';
import { type Finding, type FindingKind, found } from '../core/finding.ts';

export const runnerOffline: FindingKind = {
  code: 'probe/runner-offline',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Neither the service nor a second host answered the runner, so the result says nothing about the release.',
  cause: 'The runner has no network, or a proxy or firewall blocks outgoing connections.',
  help: 'Run the gate again. On a self-hosted runner, check its network and `https_proxy`.',
};

/** Milliseconds for a control to answer; any answer counts. */
const timeout = 5000;

/** Controls that lose fewer connections than these are unlucky, not without a network. */
const fewestLosses = 2;
const leastShare = 0.05;

/**
 * What a second host tells of the runner's own network. The gate asks it whenever the service loses a connection, and
 * goes on meanwhile. Without controls, the service keeps the blame.
 */
export class RunnerNetwork {
  readonly #controls: string[];
  readonly #context: GateContext;
  #asked = 0;
  #silent = 0;
  #asking: Promise<void> | undefined;
  readonly #closing = new AbortController();

  constructor(controls: string[], context: GateContext) {
    this.#controls = controls;
    this.#context = context;
  }

  /** Asks the controls, unless it is asking them already. */
  ask(): void {
    this.#asking ??= this.#ask();
    this.#asking.catch(() => {}); // whoever needs the answer gets the error
  }

  /** Drops the request that is under way. */
  close(): void {
    this.#closing.abort();
  }

  /** Asks the controls now, and describes the runner as offline if none answers. */
  async describeOffline(): Promise<Finding | undefined> {
    if (this.#controls.length === 0) return undefined;
    this.ask();
    const silentBefore = this.#silent;
    await this.#asking;
    return this.#silent > silentBefore ? this.#describe('No answer came from') : undefined;
  }

  /** Describes the runner as offline if the controls lost connections as the service did. */
  async describeLosses(): Promise<Finding | undefined> {
    await this.#asking;
    const isUnsteady = this.#silent >= fewestLosses && this.#silent >= this.#asked * leastShare;
    return isUnsteady ? this.#describe(`${this.#silent} of ${this.#asked} requests got no answer from`) : undefined;
  }

  async #ask(): Promise<void> {
    if (this.#controls.length === 0) return;
    const signal = AbortSignal.any([this.#context.signal, this.#closing.signal]);
    try {
      const answers = await Promise.all(this.#controls.map(url => hasAnswer(url, signal)));
      this.#asked++;
      if (!answers.includes(true)) this.#silent++;
    } finally {
      this.#asking = undefined;
    }
  }

  #describe(what: string): Finding {
    return found(runnerOffline, { message: `${what} ${this.#controls.join(' or ')} either.` });
  }
}

async function hasAnswer(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    await sendRequest({ method: 'HEAD', url, timeout, signal, fresh: 'http/1.1' });
    return true;
  } catch (error) {
    if (error instanceof NetworkError) return false;
    throw error;
  }
}
