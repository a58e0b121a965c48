import { explainError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { extendSignal } from '../polling.ts';
import type { FlyApi, Release, ReleaseStatus } from './api.ts';

export const notRegistered: FindingKind = {
  code: 'platform/release-not-registered',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'The machines are what they should be, and the list of releases on Fly.io does not show it.',
  cause: 'A token that may change machines and no releases, or an API of Fly.io that did not answer.',
  help: 'Nothing needs to be done: machines count, and `fly releases` lacks an entry.',
};

/** The entry in the app's list of releases. It never stands in the way of the machines. */
export class Registration {
  readonly #api: FlyApi;
  readonly findings: Finding[] = [];
  release: Release | undefined;

  constructor(api: FlyApi) {
    this.#api = api;
  }

  /**
   * `fly config save`, `fly secrets set` and others read the fly.toml out of the newest release (superfly/flyctl
   * internal/appconfig/remote.go), so the new one is given that of the current one, or is not made at all.
   */
  async open(image: string, signal: AbortSignal): Promise<void> {
    await this.#try(async () => {
      const definition = await this.#api.definition(signal);
      this.release = await this.#api.createRelease(image, definition ?? null, signal);
      await this.#api.updateRelease(this.release.id, 'running', signal);
    }, signal);
  }

  async close(status: ReleaseStatus, signal: AbortSignal): Promise<void> {
    const id = this.release?.id;
    if (id === undefined) return;
    await this.#try(() => this.#api.updateRelease(id, status, extendSignal(signal)), signal);
  }

  async #try(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await work();
    } catch (error) {
      signal.throwIfAborted();
      const message = `The list of releases on Fly.io does not show how this one went: ${explainError(error)}`;
      this.findings.push(found(notRegistered, { message }));
    }
  }
}
