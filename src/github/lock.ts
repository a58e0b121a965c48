import { explainError, GateError } from '../core/errors.ts';
import { type FindingKind, found } from '../core/finding.ts';
import type { Lock } from '../core/lock.ts';
import { type GitHub, refusedByGitHub } from './api.ts';
import { nameEnvironment } from './deployments.ts';
import { type Begun, findOldestUnderWay, findUnfinished, listNewestDeployments } from './under-way.ts';

export const lockUnusable: FindingKind = {
  code: 'deploy/lock-unusable',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The repository that keeps releases apart could not be used, so this release did not begin.',
  cause:
    'A misspelt `lock-repository`, one without a commit, or a token that may not write its deployments; GITHUB_TOKEN reaches its own repository only.',
  help: 'Pass as `github-token` one of a GitHub App or a fine-grained one with Deployments (write), Actions and Metadata (read) of both repositories.',
};

/** Tells the deployments that are locks from others of the repository. */
const task = 'release-lock';
const permission = 'deployments: write';

/**
 * The lock of an environment that several repositories release to: deployments in a repository that they share, one for
 * each release that goes on. The client is one for that repository.
 */
export function createLock(github: GitHub, repository: string, name: string): Lock {
  const environment = nameEnvironment(name);
  let place: number | undefined;

  const locks = async (): Promise<Begun[]> =>
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
    holder: () => explainingRefusals(repository, async () => findOldestUnderWay(github, await locks(), place)),
    take: ({ commit }) =>
      explainingRefusals(repository, async () => {
        place = await findUnfinished(github, await locks(), commit);
        if (place !== undefined) return;
        place = await createPlace(github, environment, commit);
        await setState(place, 'in_progress');
      }),
    giveWay: () => explainingRefusals(repository, leave),
    free: leave,
  };
}

/** A deployment needs a reference of its repository, which knows nothing of the commit that is released. */
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
      if (!('id' in data)) throw new Error(data.message ?? 'no deployment was made');
      return { data: data.id };
    },
  });
}

function readCommit(payload: unknown): string {
  if (typeof payload !== 'object' || payload === null || !('commit' in payload)) return '';
  return String(payload.commit);
}

/** Says of a refusal that it is the lock that cannot be used. */
async function explainingRefusals<Result>(repository: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const refused = error instanceof GateError && error.findings.every(({ code }) => code === refusedByGitHub.code);
    if (!refused) throw error;
    const message = `The lock in ${repository} cannot be used: ${explainError(error)}`;
    throw new GateError([found(lockUnusable, { message })]);
  }
}
