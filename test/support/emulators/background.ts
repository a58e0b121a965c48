import { setTimeout as delay } from 'node:timers/promises';

/** What an emulator does on its own time. All of it ends with `stop`, which reports what went wrong in it. */
export class Background {
  readonly #stopped = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #failures: unknown[] = [];
  #held = Promise.resolve();
  #letGo = () => {};

  get signal(): AbortSignal {
    return this.#stopped.signal;
  }

  run(work: () => Promise<void>): void {
    const task = work()
      .catch(error => {
        if (!this.signal.aborted) this.#failures.push(error);
      })
      .finally(() => this.#running.delete(task));
    this.#running.add(task);
  }

  /** Rejects when the emulator stops. */
  async sleep(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.signal });
    await this.#held;
    this.signal.throwIfAborted();
  }

  /** Whatever goes on stays in its state, however long a test takes, until what is returned is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    this.#letGo = resolve;
    return resolve;
  }

  /** Tells the work to end; it may still need what it waits for, such as the end of a process. */
  abort(): void {
    this.#stopped.abort();
    this.#letGo();
  }

  /** @throws AggregateError with what went wrong in the background. */
  async stop(): Promise<void> {
    this.abort();
    while (this.#running.size > 0) await Promise.all(this.#running);
    if (this.#failures.length > 0) throw new AggregateError(this.#failures, 'The emulator failed in the background.');
  }
}
