import { Refused } from '../../clients/api/errors.ts';
import type { GateContext } from '../../core/context.ts';
import { explainError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { extendSignal } from '../polling.ts';
import type { FlyApi } from './api.ts';
import type { Machine } from './machine.ts';

export const leaseHeld: FindingKind = {
  code: 'platform/busy',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Someone else is changing this service at the moment, so nothing was changed here.',
  cause: 'A deploy from another workflow or a terminal, or one that was killed a short time ago.',
  help: 'Wait until the other change has ended, or for two minutes after a killed one, and run the gate again.',
};

/** Seconds; a runner that is killed blocks the next deploy for no longer. */
const timeToLive = 120;

/** The right to change some machines, held until released. */
export class Leases {
  readonly #api: FlyApi;
  readonly #context: GateContext;
  readonly #nonces = new Map<string, string>();
  #keptAt: number;

  constructor(api: FlyApi, context: GateContext) {
    this.#api = api;
    this.#context = context;
    this.#keptAt = context.clock.now();
  }

  /** Takes the leases of all of them, or of none. Throws a GateError when someone else holds one. */
  async take(machines: Machine[], signal: AbortSignal): Promise<void> {
    try {
      for (const { id } of machines) this.#nonces.set(id, await this.#api.lease(id, timeToLive, undefined, signal));
    } catch (error) {
      await this.release(signal);
      if (error instanceof Refused && error.status === 409) {
        const message = `Fly.io holds a machine for someone else, so nothing was changed. It says: ${error.said}`;
        throw new Refused(error.status, error.said, found(leaseHeld, { message }));
      }
      throw error;
    }
  }

  nonceOf(machine: string): string {
    return this.#nonces.get(machine) ?? '';
  }

  /** Makes sure that they last for a while longer. */
  async keep(signal: AbortSignal): Promise<void> {
    const now = this.#context.clock.now();
    if (now - this.#keptAt < (timeToLive * 1000) / 3) return;
    this.#keptAt = now;
    await Promise.all([...this.#nonces].map(([id, nonce]) => this.#api.lease(id, timeToLive, nonce, signal)));
  }

  /** Gives them back, also after a cancellation. One that cannot be given back ends by itself. */
  async release(signal: AbortSignal): Promise<void> {
    const inTime = extendSignal(signal);
    const returned = [...this.#nonces].map(([id, nonce]) => this.#api.releaseLease(id, nonce, inTime));
    this.#nonces.clear();
    for (const result of await Promise.allSettled(returned)) {
      if (result.status === 'fulfilled') continue;
      this.#context.log.info(`A lease ends by itself within ${timeToLive} s: ${explainError(result.reason)}`);
    }
  }
}
