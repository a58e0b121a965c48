import { explainError } from '../../core/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import { extendSignal } from '../polling.ts';
import type { FlyApi, Release, ReleaseStatus } from './api.ts';
import { notRegistered } from './findings.ts';

/** The entry in the app's list of releases. A failure here never stops the update of the machines. */
export class Registration {
  readonly #api: FlyApi;
  readonly findings: Finding[] = [];
  release: Release | undefined;

  constructor(api: FlyApi) {
    this.#api = api;
  }

  /**
   * `fly config save`, `fly secrets set` and others read the fly.toml from the newest release (superfly/flyctl
   * internal/appconfig/remote.go). So the new release gets the fly.toml of the current one, or is not made at all.
   */
  async open(image: string, signal: AbortSignal): Promise<void> {
    await this.#attempt(async () => {
      const definition = await this.#api.readDefinition(signal);
      this.release = await this.#api.createRelease(image, definition ?? null, signal);
      await this.#api.updateRelease(this.release.id, 'running', signal);
    }, signal);
  }

  async close(status: ReleaseStatus, signal: AbortSignal): Promise<void> {
    const id = this.release?.id;
    if (id === undefined) return;
    await this.#attempt(() => this.#api.updateRelease(id, status, extendSignal(signal)), signal);
  }

  async #attempt(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await work();
    } catch (error) {
      signal.throwIfAborted();
      const message = `The list of releases on Fly.io does not show how this release went: ${explainError(error)}`;
      this.findings.push(found(notRegistered, { message }));
    }
  }
}
