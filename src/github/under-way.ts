import { parseRecord } from '../core/record.ts';
import type { UnderWay } from '../core/releases.ts';
import type { GitHub } from './api.ts';
import { environmentOf, task } from './deployments.ts';

/** How many of the newest deployments are looked at: more are never under way at once. */
const looked = 10;
/**
 * A release without news for so long is taken for the rest of a run that was killed, where GitHub does not say how its run
 * is; milliseconds.
 */
const staleAfter = 60 * 60_000;
const unfinished = ['in_progress', 'queued', 'pending'];

/**
 * The lock on an environment is the GitHub deployment of a release that has not ended: it spans workflows and repositories,
 * as a concurrency group does not. One whose run has ended, or is this one, holds nothing.
 */
export async function oldestUnderWay(
  github: GitHub,
  environment: string,
  before: string | undefined,
): Promise<UnderWay | undefined> {
  const deployments = await newestOf(github, environment);
  const others = deployments.filter(
    ({ id, payload }) => parseRecord(payload) && (before === undefined || id < Number(before)),
  );
  const asked = await Promise.all(others.map(({ id, sha }) => stateOf(github, id, sha)));
  return asked.findLast(one => one !== undefined); // the list begins with the newest
}

/** The newest deployment of the commit that this run has begun and not ended. */
export async function unfinishedOfThisRun(
  github: GitHub,
  environment: string,
  commit: string,
): Promise<number | undefined> {
  for (const { id, payload } of await newestOf(github, environment)) {
    if (parseRecord(payload)?.commit !== commit) continue;
    const status = await statusOf(github, id);
    if (status && unfinished.includes(status.state) && status.log_url === github.runUrl) return id;
  }
  return undefined;
}

function newestOf(github: GitHub, environment: string) {
  return github.call({
    what: `the deployments to ${environmentOf(environment)}`,
    permission: 'deployments: write',
    send: (rest, at) =>
      rest.repos.listDeployments({ ...at, task, environment: environmentOf(environment), per_page: looked }),
  });
}

async function statusOf(github: GitHub, id: number) {
  const [status] = await github.call({
    what: `the statuses of the deployment ${id}`,
    permission: 'deployments: write',
    send: (rest, at) => rest.repos.listDeploymentStatuses({ ...at, deployment_id: id, per_page: 1 }),
  });
  return status;
}

async function stateOf(github: GitHub, id: number, commit: string): Promise<UnderWay | undefined> {
  const status = await statusOf(github, id);
  if (status === undefined || !unfinished.includes(status.state)) return undefined;
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
