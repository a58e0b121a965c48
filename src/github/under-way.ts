import type { UnderWay } from '../core/releases.ts';
import type { GitHub } from './api.ts';

/** How many of the newest releases are looked at: more are never under way at once. */
const looked = 10;
/** How many of the newest deployments they are sought among: each job with an `environment:` makes one, too. */
const listed = 100;
/**
 * A release without news for so long is taken for the rest of a run that was killed, where GitHub does not say how its
 * run is; milliseconds.
 */
const staleAfter = 60 * 60_000;
/** A deployment gets its first status at once; of two releases that begin together, the earlier may not have it yet. */
const beginsWithin = 60_000;
const unfinished = ['in_progress', 'queued', 'pending'];

/** A deployment on GitHub that stands for a release. */
export interface Begun {
  id: number;
  /** Of the release. */
  commit: string;
  /** Milliseconds since the epoch. */
  since: number;
}

/** The newest deployments to an environment, the newest first. */
export function listNewestDeployments(github: GitHub, task: string, environment: string) {
  return github.call({
    what: `the deployments to ${environment}`,
    permission: 'deployments: write',
    send: (rest, at) => rest.repos.listDeployments({ ...at, task, environment, per_page: listed }),
  });
}

/**
 * The oldest of the releases that has not ended, the newest of them given first; of those before one, where it is
 * given. One whose run has ended, or is this one, does not count.
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

/** The newest of the releases of the commit that this run has begun and not ended. */
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

/** The newest statuses of a deployment, the newest first. */
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
  if (run === github.runUrl) return undefined; // of an earlier attempt or job of this very run
  const since = Date.parse(status.created_at);
  const goesOn = await isRunning(github, run);
  const stale = goesOn === undefined ? Date.now() - since > staleAfter : !goesOn;
  return stale ? undefined : { id: String(id), commit, run, since };
}

/** Undefined where it cannot be told, such as without `actions: read`. */
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
    return undefined; // its age decides
  }
}
