import { explainError, GateError } from '../core/errors.ts';
import { found } from '../core/finding.ts';
import { type Lock, lockUnusable } from '../core/lock.ts';
import { type GitHub, refusedByGitHub } from './api.ts';
import { nameEnvironment } from './deployments.ts';
import { type Begun, createHolderSearch, findUnfinished, listNewestDeployments } from './under-way.ts';

/** Marks the deployments of the repository that are locks. */
const task = 'release-lock';
const permission = 'deployments: write';

/**
 * Locks an environment that several repositories release to. Each release in progress is a deployment in a repository
 * that they share, which `github` must be a client of.
 */
export function createLock(github: GitHub, repository: string, name: string): Lock {
  const environment = nameEnvironment(name);
  const findHolder = createHolderSearch(github);
  let place: number | undefined;

  const listLocks = async (): Promise<Begun[]> =>
    (await listNewestDeployments(github, task, environment)).map(({ id, payload, created_at }) => ({
      id,
      commit: readCommit(payload),
      since: Date.parse(created_at),
    }));

  const setState = (id: number, state: 'in_progress' | 'inactive') =>
    github.call({
      what: `a status of the lock ${id}`,
      permission,
      send: (rest, at) =>
        rest.repos.createDeploymentStatus({ ...at, deployment_id: id, state, log_url: github.runUrl }),
    });

  const leave = async (): Promise<void> => {
    if (place === undefined) return;
    await setState(place, 'inactive');
    place = undefined;
  };

  return {
    holder: () => explainingRefusals(repository, () => findHolder(listLocks, place)),
    take: ({ commit }) =>
      explainingRefusals(repository, async () => {
        place = await findUnfinished(github, await listLocks(), commit);
        if (place !== undefined) return;
        place = await createPlace(github, environment, commit);
        await setState(place, 'in_progress');
      }),
    giveWay: () => explainingRefusals(repository, leave),
    free: leave,
  };
}

/** A deployment needs a ref of its own repository, and the commit of the release belongs to another one. */
async function createPlace(github: GitHub, environment: string, commit: string): Promise<number> {
  const ref = await github.call({
    what: 'the default branch',
    permission: 'metadata: read',
    send: async (rest, at) => ({ data: (await rest.repos.get({ ...at })).data.default_branch }),
  });
  return github.call({
    what: `a lock of ${environment}`,
    permission,
    send: async (rest, at) => {
      const { data } = await rest.repos.createDeployment({
        ...at,
        ref,
        task,
        auto_merge: false,
        required_contexts: [],
        payload: { commit },
        environment,
        production_environment: false,
        description: 'Held by release-gates',
      });
      if (!('id' in data)) throw new Error(data.message ?? 'GitHub created no deployment');
      return { data: data.id };
    },
  });
}

function readCommit(payload: unknown): string {
  if (typeof payload !== 'object' || payload === null || !('commit' in payload)) return '';
  return String(payload.commit);
}

/** Turns a refusal by GitHub into a finding about the lock. */
async function explainingRefusals<Result>(repository: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const refused = error instanceof GateError && error.findings.every(({ code }) => code === refusedByGitHub.code);
    if (!refused) throw error;
    const message = `The gate cannot use the lock in ${repository}: ${explainError(error)}`;
    throw new GateError([found(lockUnusable, { message })]);
  }
}
