import { type CheckResult, type Outcome, passed } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError, UnreadableRecord } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { PastRelease } from '../../core/releases.ts';
import { runToEnd } from '../../core/run-to-end.ts';
import type { DeployOptions } from './options.ts';

export const olderCommit: FindingKind = {
  code: 'deploy/older-commit',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A newer release is live, and this one would overwrite it with an older commit. Nothing was changed.',
  cause: 'Someone ran an old workflow run again, or two runs began in the wrong order.',
  help: 'Release the newest commit. To go back on purpose, use the rollback gate, or set `allow-older: true`.',
};

export const ageUnknown: FindingKind = {
  code: 'deploy/age-unknown',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The gate could not tell whether a newer commit is live, so this release may overwrite it.',
  cause: 'The job lacks `permissions: { contents: read, deployments: write }`, or GitHub did not answer.',
  help: 'Give the job the permissions, and check that this commit is the one to release.',
};

export type AgeOptions = Pick<DeployOptions, 'commit' | 'record' | 'services' | 'releases' | 'history' | 'allowOlder'>;

/** Checks that no newer release of one of the services ended well. Returns no check if there is nothing to report. */
export async function checkAge(options: AgeOptions, context: GateContext): Promise<CheckResult[]> {
  if (options.allowOlder) return [];
  const check = await runToEnd({ name: 'age', boundary: 'delivery', run: () => judgeAge(options) }, context);
  return check.findings.length > 0 ? [check] : [];
}

async function judgeAge(options: AgeOptions): Promise<Outcome> {
  try {
    const newest = await findNewestGood(options);
    const findings = newest && (await isOlder(options, newest)) ? [describeOlder(options.commit, newest)] : [];
    return findings.length > 0 ? { verdict: 'error', findings } : passed();
  } catch (error) {
    if (!(error instanceof GateError) || error instanceof UnreadableRecord) throw error;
    return { verdict: 'passed', findings: error.findings.map(({ message }) => found(ageUnknown, { message })) };
  }
}

/** The newest release that changed one of the services, ended well and was not undone. */
async function findNewestGood({ record, services, releases }: AgeOptions): Promise<PastRelease | undefined> {
  for await (const release of releases.past(record.environment)) {
    const isRelated = services.some(({ name }) => release.record.services[name] !== undefined);
    if (isRelated && (await releases.stands(release))) return release;
  }
  return undefined;
}

/** Git's history decides; where the commits lie apart, the order of the runs does. */
async function isOlder({ commit, history, releases }: AgeOptions, { record }: PastRelease): Promise<boolean> {
  if (record.commit === commit) return false;
  const relation = await history.compare(commit, record.commit);
  if (relation !== 'apart') return relation === 'older';
  return record.run !== undefined && getRunNumber(releases.run) < getRunNumber(record.run);
}

/** GitHub numbers the runs as they begin; to run one again keeps its number. */
function getRunNumber(url: string): number {
  return Number(/\/runs\/(\d+)/.exec(url)?.[1] ?? Number.NaN);
}

function describeOlder(commit: string, { record }: PastRelease): Finding {
  const by = record.run ? ` by ${record.run}` : '';
  const message = `${record.commit.slice(0, 7)} was released${by}, and ${commit.slice(0, 7)} is older.`;
  return found(olderCommit, { message });
}
