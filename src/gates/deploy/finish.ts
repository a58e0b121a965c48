import type { Configuration } from '../../config/load.ts';
import { bestEffort } from '../../core/best-effort.ts';
import { type CheckResult, type Outcome, passed } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import type { OpenRelease, Releases } from '../../core/releases.ts';
import { combineVerdicts, type GateReport } from '../../core/report.ts';
import { reportOutcome } from '../../core/run-to-end.ts';
import { recordingEffort } from '../../release/recording.ts';
import { chooseServices, getUrl } from '../../release/services.ts';
import type { End } from './phase.ts';

export const notVerified: FindingKind = {
  code: 'deploy/not-verified',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A gate after the deploy did not pass, so the release is not marked as successful.',
  cause: 'The step with `phase: finish` runs whatever happens before it, or a gate has `continue-on-error`.',
  help: 'Let the step run only after success, which is its default. Then fix what the gate found, or roll back.',
};

export interface FinishOptions {
  configuration: Configuration;
  /** The names in the input `services`. */
  chosen: string[];
  commit: string;
  /** The release so far. */
  record: ReleaseRecord;
  releases: Releases;
  /** How the job ended; undefined for a step of it. */
  job: { status: string; end: End } | undefined;
}

/**
 * Ends a release that is live: with success if every gate since the deploy has passed. At the end of a job, a release
 * that nobody has verified is marked as such; one that has ended already stays as it is.
 */
export async function finishRelease(options: FinishOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const { configuration, chosen, job } = options;
  const url = getUrl(chooseServices(configuration, chosen).services);
  const doubt = findDoubt(options);
  const isLeft = doubt === undefined && isGoingOn(options);
  const work = async () => (isLeft ? passed() : mark(doubt, context.redactor.redact(url), options));
  const { checks } = await bestEffort(recordingEffort, work, context);
  const refused = doubt !== undefined && job === undefined ? [refuse(doubt, context)] : [];
  return {
    gate: 'deploy',
    verdict: combineVerdicts([...checks, ...refused]),
    headline: describeEnd(doubt, isLeft),
    checks: [...checks, ...refused],
    outputs: { changed: '[]', services: '{}', staged: '{}', url, tag: '' },
    summary: 'none',
    startedAt,
    finishedAt: context.clock.now(),
  };
}

/** Whether a later job promotes, verifies and ends the release. */
function isGoingOn({ job, record }: FinishOptions): boolean {
  if (job === undefined) return false;
  return job.end === 'later' || Object.values(record.services).some(({ staged }) => staged !== undefined);
}

/** Why the release is not a success; undefined if it is one. */
function findDoubt({ record, job }: FinishOptions): string | undefined {
  const since = record.gates.slice(record.gates.findIndex(({ gate }) => gate === 'deploy'));
  const bad = since.find(({ verdict }) => verdict !== 'passed');
  if (bad) return `${bad.gate} says ${bad.verdict}`;
  if (job === undefined || job.status === 'success') return undefined;
  return job.status === 'cancelled' ? 'the run was cancelled before it was verified' : 'a step after the deploy failed';
}

function describeEnd(doubt: string | undefined, isLeft: boolean): string {
  if (doubt !== undefined) return `The release is not successful: ${doubt}.`;
  return isLeft ? 'A later job ends the release.' : 'The release is marked as successful.';
}

async function mark(doubt: string | undefined, url: string, options: FinishOptions): Promise<Outcome> {
  const open = await options.releases.unfinished(options.configuration.environment, options.commit);
  if (doubt !== undefined) for (const release of open) await release.failed(`not verified: ${doubt}`);
  else for (const release of await listProven(open, options)) await release.succeeded(url);
  return passed();
}

/** A rerun that finds the release live already proves what the run before it left unverified. */
async function listProven(
  open: OpenRelease[],
  { configuration, commit, releases }: FinishOptions,
): Promise<OpenRelease[]> {
  if (open.length > 0) return open;
  const earlier = await releases.unproven(configuration.environment, commit);
  return earlier ? [earlier] : [];
}

function refuse(doubt: string, context: GateContext): CheckResult {
  const findings = [found(notVerified, { message: `The release is live, and not verified: ${doubt}.` })];
  return reportOutcome('finish', { verdict: 'error', findings }, context);
}
