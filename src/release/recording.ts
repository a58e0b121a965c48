import { describeFailure } from '../core/best-effort.ts';
import type { CheckResult } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import type { Finding, FindingKind } from '../core/finding.ts';
import type { ReleaseRecord } from '../core/record.ts';
import { redactRecord } from '../core/redact-record.ts';
import type { OpenRelease, Releases, UnderWay } from '../core/releases.ts';
import { reportOutcome } from '../core/run-to-end.ts';

export const notRecorded: FindingKind = {
  code: 'deploy/not-recorded',
  severity: 'warning',
  boundary: 'delivery',
  meaning:
    'The release continues, but GitHub keeps no record of it. A later rollback by hand cannot tell what was live before.',
  cause: 'The job lacks `permissions: { deployments: write }`, or GitHub did not answer.',
  help: 'Give the job the permission. For this release, keep the output `record` of the deploy gate.',
};

/** How a failure to keep the record on GitHub is reported. */
export const recordingEffort = {
  name: 'GitHub deployment',
  kind: notRecorded,
  failure: 'The GitHub deployment does not show the current state of this release',
};

/** Keeps the record of a release on GitHub. A failure to do so becomes a warning and never fails the release. */
export class Recording {
  readonly #findings: Finding[] = [];
  readonly #releases: Releases;
  readonly #context: GateContext;
  #open: OpenRelease | undefined;

  constructor(releases: Releases, context: GateContext) {
    this.#releases = releases;
    this.#context = context;
  }

  /** The records of the last attempts at a commit, the newest first, up to another release before them. */
  async findAttempts(environment: string, commit: string): Promise<ReleaseRecord[]> {
    const attempts: ReleaseRecord[] = [];
    await this.#try(async () => {
      for await (const release of this.#releases.past(environment)) {
        const isAttempt = release.record.commit === commit;
        if (!isAttempt && attempts.length === 0) continue;
        if (await this.#releases.gaveWay(release)) continue;
        if (!isAttempt) return;
        attempts.push(release.record);
      }
    });
    return attempts;
  }

  /** Another release of the environment that is in progress. Once this one has begun, only earlier ones count. Throws. */
  findOtherRelease(environment: string): Promise<UnderWay | undefined> {
    return this.#releases.underWay(environment, this.#open);
  }

  /** Gives way to another release. This one can begin again later. */
  async withdraw(description: string): Promise<void> {
    await this.#try(async () => this.#open?.withdrawn(description));
    this.#open = undefined;
  }

  /** Continues the release that an earlier step of this run began, if there is one. */
  async resume(environment: string, commit: string): Promise<void> {
    this.#open = await this.#try(() => this.#releases.resume(environment, commit));
  }

  async begin(record: ReleaseRecord): Promise<void> {
    await this.#try(() => this.open(record));
  }

  /** Begins the release, if it has not begun. Throws a GateError if GitHub does not show it to others. */
  async open(record: ReleaseRecord): Promise<void> {
    if (this.#open) return;
    this.#open = await this.#releases.open(redactRecord(record, this.#context.redactor));
    if (this.#open.notShown !== undefined) throw this.#open.notShown;
  }

  /** `url`: where users reach the release. */
  async markSucceeded(url: string): Promise<void> {
    await this.#try(async () => this.#open?.succeeded(this.#context.redactor.redact(url)));
  }

  async markFailed(description: string): Promise<void> {
    await this.#try(async () => this.#open?.failed(this.#context.redactor.redact(description)));
  }

  /** Reports what could not be recorded as one check; no check if everything was recorded. */
  report(): CheckResult[] {
    const findings = [...new Map(this.#findings.map(finding => [finding.message, finding])).values()];
    if (findings.length === 0) return [];
    return [reportOutcome(recordingEffort.name, { verdict: 'passed', findings }, this.#context)];
  }

  async #try<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#findings.push(describeFailure(recordingEffort, error));
      return undefined;
    }
  }
}
