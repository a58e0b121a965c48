import { GateError } from '../core/errors.ts';
import type { UnderWay } from '../core/releases.ts';
import { type GitHub, gitHubUnavailable } from './api.ts';

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

/** Lists the releases of an environment from newest to oldest. */
export type ListBegun = () => Promise<Begun[]>;

/** Finds the oldest release in progress, among those before the release `before` if that is given. */
export type FindHolder = (list: ListBegun, before: number | undefined) => Promise<UnderWay | undefined>;

/**
 * Finds who holds an environment, again and again while a release waits. As long as the same release holds it, GitHub
 * gets only the two requests about that one: a job token has 1,000 an hour, for all jobs of the repository together. A
 * holder that GitHub tells nothing of still holds the environment.
 */
export function createHolderSearch(github: GitHub): FindHolder {
  let known: { begun: Begun; holder: UnderWay } | undefined;
  return async (list, before) => {
    if (known && (before === undefined || known.begun.id < before)) {
      const holder = await findUnderWay(github, known.begun).catch(error => {
        if (known && isUnavailable(error)) return known.holder;
        throw error;
      });
      if (holder) return holder;
    }
    const releases = await list();
    const holder = await findOldestUnderWay(github, releases, before);
    const begun = releases.find(({ id }) => String(id) === holder?.id);
    known = begun && holder && { begun, holder };
    return holder;
  };
}

function isUnavailable(error: unknown): boolean {
  return error instanceof GateError && error.findings.some(({ code }) => code === gitHubUnavailable.code);
}

/** A release of this run, or of a run that has ended, does not count. */
async function findOldestUnderWay(
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
  for await (const id of listUnfinished(github, releases, commit)) return id;
  return undefined;
}

/** The releases of the commit that this run began and has not finished, the newest first. */
export async function* listUnfinished(github: GitHub, releases: Begun[], commit: string): AsyncGenerator<number> {
  for (const one of releases.slice(0, looked)) {
    if (one.commit !== commit) continue;
    const status = await readNewestStatus(github, one.id);
    if (status && unfinished.includes(status.state) && status.log_url === github.runUrl) yield one.id;
  }
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
  } catch (error) {
    if (isUnavailable(error)) throw error;
    return undefined; // the token may not read it, so its age decides
  }
}
