import { Refused } from '../../clients/api/errors.ts';
import type { GateContext } from '../../core/context.ts';
import { explainError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import { extendSignal } from '../polling.ts';
import type { FlyApi } from './api.ts';
import { leaseHeld } from './findings.ts';
import type { Machine } from './machine.ts';

/** Seconds that a killed runner can block the next deploy. */
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

  /** Takes the leases of all machines, or of none. Throws a GateError when someone else holds one. */
  async take(machines: Machine[], signal: AbortSignal): Promise<void> {
    try {
      for (const { id } of machines) this.#nonces.set(id, await this.#api.takeLease(id, timeToLive, signal));
    } catch (error) {
      await this.release(signal);
      if (error instanceof Refused && error.status === 409) {
        const message = `Someone else holds the lease of a machine, so the gate changed nothing. Fly.io says: ${error.said}`;
        throw new Refused(error.status, error.said, found(leaseHeld, { message }));
      }
      throw error;
    }
  }

  /** Takes the lease of a machine that the gate has just created. */
  async add({ id }: Machine, signal: AbortSignal): Promise<void> {
    this.#nonces.set(id, await this.#api.takeLease(id, timeToLive, signal));
  }

  /** Forgets the lease of a machine that is gone. */
  drop({ id }: Machine): void {
    this.#nonces.delete(id);
  }

  getNonce(machine: string): string {
    return this.#nonces.get(machine) ?? '';
  }

  /** Extends the leases before they run out. */
  async extend(signal: AbortSignal): Promise<void> {
    const now = this.#context.clock.now();
    if (now - this.#keptAt < (timeToLive * 1000) / 3) return;
    this.#keptAt = now;
    await Promise.all(
      [...this.#nonces].map(([id, nonce]) => this.#api.extendLease(id, { nonce, seconds: timeToLive }, signal)),
    );
  }

  /** Gives the leases back, also after a cancellation. Otherwise they end by themselves. */
  async release(signal: AbortSignal): Promise<void> {
    const inTime = extendSignal(signal);
    const returned = [...this.#nonces].map(([id, nonce]) => this.#api.releaseLease(id, nonce, inTime));
    this.#nonces.clear();
    for (const result of await Promise.allSettled(returned)) {
      if (result.status === 'fulfilled') continue;
      this.#context.log.info(
        `A lease was not given back and ends within ${timeToLive} s: ${explainError(result.reason)}`,
      );
    }
  }
}
