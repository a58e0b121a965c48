import type { CheckResult } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { explainError, GateError } from '../core/errors.ts';
import { type Finding, type FindingKind, found } from '../core/finding.ts';
import type { ReleaseRecord } from '../core/record.ts';
import type { OpenRelease, Releases, UnderWay } from '../core/releases.ts';
import { reportOutcome } from '../core/run-to-end.ts';

export const notRecorded: FindingKind = {
  code: 'deploy/not-recorded',
  severity: 'warning',
  boundary: 'delivery',
  meaning:
    'The release goes on, and GitHub keeps no record of it: a later rollback by hand will not find what was live before.',
  cause: 'A job without `permissions: { deployments: write }`, or an API of GitHub that did not answer.',
  help: 'Give the job the permission; for this release, keep the output `record` of the deploy gate.',
};

/** The record of a release on GitHub. That it cannot be kept is said, and never fails a release. */
export class Recording {
  readonly #findings: Finding[] = [];
  readonly #releases: Releases;
  readonly #context: GateContext;
  #open: OpenRelease | undefined;

  constructor(releases: Releases, context: GateContext) {
    this.#releases = releases;
    this.#context = context;
  }

  /** The record of the newest release, if it was one of this commit too: an attempt that did not get through. */
  async earlierAttempt(environment: string, commit: string): Promise<ReleaseRecord | undefined> {
    let record: ReleaseRecord | undefined;
    await this.#try(async () => {
      for await (const release of this.#releases.past(environment)) {
        if (await this.#releases.gaveWay(release)) continue;
        record = release.record;
        return;
      }
    });
    return record?.commit === commit ? record : undefined;
  }

  /** Another release of the environment that is under way; of those that began before this one, once it has begun. */
  async underWay(environment: string): Promise<UnderWay | undefined> {
    let other: UnderWay | undefined;
    await this.#try(async () => {
      other = await this.#releases.underWay(environment, this.#open);
    });
    return other;
  }

  /** Gives way to another release, after which it can begin anew. */
  async withdrawn(description: string): Promise<void> {
    await this.#try(async () => this.#open?.withdrawn(description));
    this.#open = undefined;
  }

  /** Goes on with the release that an earlier step of this run has begun, where there is one. */
  async resume(environment: string, commit: string): Promise<void> {
    await this.#try(async () => {
      this.#open = await this.#releases.resume(environment, commit);
    });
  }

  async begin(record: ReleaseRecord): Promise<void> {
    if (this.#open) return;
    await this.#try(async () => {
      this.#open = await this.#releases.open(this.#context.redactor.redactAll(record));
      if (this.#open.notShown !== undefined) throw this.#open.notShown;
    });
  }

  async succeeded(url: string): Promise<void> {
    await this.#try(async () => this.#open?.succeeded(this.#context.redactor.redact(url)));
  }

  async failed(description: string): Promise<void> {
    await this.#try(async () => this.#open?.failed(this.#context.redactor.redact(description)));
  }

  /** What could not be recorded, as a check of its own; none where all was. */
  async checks(): Promise<CheckResult[]> {
    const findings = [...new Map(this.#findings.map(finding => [finding.message, finding])).values()];
    if (findings.length === 0) return [];
    return [reportOutcome('GitHub deployment', { verdict: 'passed', findings }, this.#context)];
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#findings.push(explainNotRecorded(error));
    }
  }
}

/** Why something could not be noted on GitHub, as a warning. */
export function explainNotRecorded(error: unknown): Finding {
  const message = `GitHub does not show this release as it is: ${explainError(error)}`;
  const help = error instanceof GateError ? error.findings[0]?.help : undefined;
  return found(notRecorded, { message, ...(help && { help }) });
}
