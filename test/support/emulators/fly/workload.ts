import { type Build, type RunningDeployment, startDeployment } from '../../deployments.ts';
import { ProcessEndedEarly } from '../../process.ts';
import { LogBook } from '../log-book.ts';
import { type CheckStatus, critical, type HealthCheck, probe, waiting } from './health.ts';
import type { Host } from './host.ts';

/** The process of a machine, what it writes and how healthy it is. */
export class Workload {
  readonly log = new LogBook();
  process: RunningDeployment | undefined;
  checks: CheckStatus[] = [];
  #host: Host;
  #changed: () => void;

  constructor(host: Host, changed: () => void) {
    this.#host = host;
    this.#changed = changed;
  }

  /**
   * Starts the process and watches its health. `ended` is called if it ends by itself.
   *
   * @returns undefined when it listens, and its exit status when it ended instead.
   */
  async start(
    build: Build,
    env: Record<string, string>,
    checks: HealthCheck[],
    ended: (status: number) => void,
  ): Promise<number | undefined> {
    const { background } = this.#host;
    const collect = this.log.follow();
    this.checks = checks.map(waiting);
    try {
      const process = await startDeployment(build, { env });
      if (background.signal.aborted) await process.stop();
      background.signal.throwIfAborted();
      this.process = process;
      background.run(() => this.#noticeEnd(process, collect, checks, ended));
      background.run(() => this.#watchHealth(process, collect, checks));
      return undefined;
    } catch (error) {
      background.signal.throwIfAborted();
      collect(`${error instanceof Error ? error.message : String(error)}\n`);
      this.#lose(checks);
      return error instanceof ProcessEndedEarly ? error.status : 1;
    }
  }

  async stop(): Promise<void> {
    const process = this.process;
    this.process = undefined;
    this.#changed();
    await process?.stop();
  }

  async #noticeEnd(
    process: RunningDeployment,
    collect: (output: string) => void,
    checks: HealthCheck[],
    ended: (status: number) => void,
  ): Promise<void> {
    const status = await process.exited;
    collect(process.output());
    if (this.process !== process) return;
    this.process = undefined;
    this.#lose(checks);
    ended(status ?? 1);
  }

  async #watchHealth(
    process: RunningDeployment,
    collect: (output: string) => void,
    checks: HealthCheck[],
  ): Promise<void> {
    const { background, delays } = this.#host;
    while (this.process === process) {
      const results = await Promise.all(checks.map(check => probe(check, process.url, background.signal)));
      if (this.process !== process) return;
      collect(process.output());
      this.checks = results;
      this.#changed();
      const healthy = results.every(result => result.status === 'passing');
      await background.sleep(healthy ? delays.recheck : delays.check);
    }
  }

  #lose(checks: HealthCheck[]): void {
    this.checks = checks.map(check => critical(check, 'connect: connection refused'));
  }
}
