import type { UnderWay } from '../core/releases.ts';
import type { GitHub } from './api.ts';

/** How many of the newest releases to check: there are never more in progress at once. */
const looked = 10;
/** How many of the newest deployments to search for them: each job with an `environment:` creates one, too. */
const listed = 100;
/**
 * If GitHub does not say whether the run of a release has ended, a release without a new status for this long counts as
 * one whose run was killed; milliseconds.
 */
const staleAfter = 60 * 60_000;
/** A deployment gets its first status at once. Until then, a release that began just now counts; milliseconds. */
const beginsWithin = 60_000;
const unfinished = ['in_progress', 'queued', 'pending'];

/** A deployment on GitHub that represents a release. */
export interface Begun {
  id: number;
  /** The commit of the release. */
  commit: string;
  /** Milliseconds since the epoch. */
  since: number;
}

/** Newest first. */
export function listNewestDeployments(github: GitHub, task: string, environment: string) {
  return github.call({
    what: `the deployments to ${environment}`,
    permission: 'deployments: write',
    send: (rest, at) => rest.repos.listDeployments({ ...at, task, environment, per_page: listed }),
  });
}

/**
 * Finds the oldest release in progress, among those before the release `before` if that is given. `releases` are sorted
 * from newest to oldest. A release of this run, or of a run that has ended, does not count.
 */
export async function findOldestUnderWay(
  github: GitHub,
  releases: Begun[],
  before: number | undefined,
): Promise<UnderWay | undefined> {
  const others = releases.slice(0, looked).filter(({ id }) => before === undefined || id < before);
  const asked = await Promise.all(others.map(one => findUnderWay(github, one)));
  return asked.findLast(one => one !== undefined);
}

/** Finds the newest release of the commit that this run began and has not finished. */
export async function findUnfinished(github: GitHub, releases: Begun[], commit: string): Promise<number | undefined> {
  for (const one of releases.slice(0, looked)) {
    if (one.commit !== commit) continue;
    const status = await readNewestStatus(github, one.id);
    if (status && unfinished.includes(status.state) && status.log_url === github.runUrl) return one.id;
  }
  return undefined;
}

async function readNewestStatus(github: GitHub, id: number) {
  const [status] = await listStatuses(github, id, 1);
  return status;
}

/** Newest first. */
export function listStatuses(github: GitHub, id: number, count: number) {
  return github.call({
    what: `the statuses of the deployment ${id}`,
    permission: 'deployments: write',
    send: (rest, at) => rest.repos.listDeploymentStatuses({ ...at, deployment_id: id, per_page: count }),
  });
}

async function findUnderWay(github: GitHub, { id, commit, since: begun }: Begun): Promise<UnderWay | undefined> {
  const status = await readNewestStatus(github, id);
  if (status === undefined) {
    return Date.now() - begun > beginsWithin ? undefined : { id: String(id), commit, run: '', since: begun };
  }
  if (!unfinished.includes(status.state)) return undefined;
  const run = status.log_url ?? '';
  if (run === github.runUrl) return undefined; // from an earlier attempt or job of this run
  const since = Date.parse(status.created_at);
  const goesOn = await isRunning(github, run);
  const stale = goesOn === undefined ? Date.now() - since > staleAfter : !goesOn;
  return stale ? undefined : { id: String(id), commit, run, since };
}

/** Undefined if GitHub does not say, such as without `actions: read`. */
async function isRunning(github: GitHub, url: string): Promise<boolean | undefined> {
  const [, owner, repo, run] = /\/([^/]+)\/([^/]+)\/actions\/runs\/(\d+)/.exec(url) ?? [];
  if (owner === undefined || repo === undefined) return undefined;
  try {
    const { status } = await github.call({
      what: `the run ${run}`,
      permission: 'actions: read',
      send: (rest, at) => rest.actions.getWorkflowRun({ ...at, owner, repo, run_id: Number(run) }),
    });
    return status !== 'completed';
  } catch {
    return undefined; // then its age decides
  }
}
