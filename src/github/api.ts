import type { GateContext } from '../core/context.ts';
import { GateError } from '../core/errors.ts';
import { type FindingKind, found } from '../core/finding.ts';
import { pluralize } from '../core/plural.ts';
import { endSentence } from '../core/sentence.ts';
import { createSender, describeError, isRateLimit, Unanswered } from './retry.ts';

export const refusedByGitHub: FindingKind = {
  code: 'gate/github-refused',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'GitHub did not let the gate read or write what it needs there. This says nothing about the release.',
  cause:
    'A permission that the job does not have, a token of another repository, or a commit that GitHub does not have.',
  help: 'Give the job the permission that is named, under `permissions:`, and pass a valid `github-token`.',
};

export const gitHubUnavailable: FindingKind = {
  code: 'gate/github-unavailable',
  severity: 'error',
  boundary: 'delivery',
  meaning: "GitHub's API does not answer as it should. This says nothing about the release.",
  cause: 'An outage of GitHub, its rate limit, or a network between that is broken.',
  help: 'Look at githubstatus.com, and run the gate again when it is well.',
};

type Octokit = ReturnType<typeof import('./octokit.ts').getOctokit>;

export interface Repository {
  owner: string;
  repo: string;
}

/** One thing that is asked of the REST API. */
export interface Call<Data> {
  /** For messages: `the deployments of production`. */
  what: string;
  /**
   * The permission that it needs, as it is written in a workflow: `deployments: write`. None where every job's token
   * may.
   */
  permission?: string;
  send(rest: Octokit['rest'], at: Repository): Promise<{ data: Data }>;
}

export interface GitHub {
  /** The page of the run, for links. */
  runUrl: string;
  /** Throws a GateError that says what to do, and the signal's reason when cancelled. */
  call<Data>(call: Call<Data>): Promise<Data>;
}

/** GitHub's REST API for the repository of the run, or another one. Octokit is loaded with the first call. */
export function createGitHub(context: GateContext, token: string, repository?: string): GitHub {
  const { variables, signal } = context;
  const here = variables.GITHUB_REPOSITORY || '/';
  const [owner = '', repo = ''] = (repository ?? here).split('/');
  const server = variables.GITHUB_SERVER_URL || 'https://github.com';
  let octokit: Octokit | undefined;
  if (token) context.redactor.add(token);
  return {
    runUrl: `${server}/${here}/actions/runs/${variables.GITHUB_RUN_ID ?? ''}`,
    call: async ({ what, permission, send }) => {
      if (!token || !owner || !repo) {
        const message = `GitHub cannot be asked for ${what}: ${token ? 'GITHUB_REPOSITORY names no repository' : 'the input `github-token` is empty'}.`;
        throw new GateError([found(refusedByGitHub, { message })]);
      }
      octokit ??= await connect(token, context);
      const wasCancelled = signal.aborted;
      try {
        const { data } = await send(octokit.rest, { owner, repo });
        return data;
      } catch (error) {
        if (!wasCancelled) signal.throwIfAborted();
        throw explainRejection(error, what, permission, `${owner}/${repo}`);
      }
    },
  };
}

async function connect(token: string, context: GateContext): Promise<Octokit> {
  const { getOctokit } = await import('./octokit.ts');
  const baseUrl = context.variables.GITHUB_API_URL || 'https://api.github.com';
  const octokit = getOctokit(token, { baseUrl, log: silent });
  const sendPatiently = createSender(context);
  octokit.hook.wrap('request', (request, options) =>
    sendPatiently(
      async signal => request({ ...options, request: { ...options.request, signal } }),
      options.method === 'GET',
    ),
  );
  return octokit;
}

/** The finding says what Octokit would write to the log. */
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** docs: GitHub REST, troubleshooting (status codes, rate limits, "Resource not accessible by integration"). */
function explainRejection(error: unknown, what: string, permission: string | undefined, repository: string): GateError {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 0;
  const reason = endSentence(describeError(error));
  if (status === 0 || status >= 500 || (error instanceof Error && isRateLimit(error))) {
    const message = `The request to GitHub for ${what} failed${describeAttempts(error)}: ${reason}`;
    return new GateError([found(gitHubUnavailable, { message })]);
  }
  const message = `GitHub rejected the request for ${what} in ${repository} (${status}): ${reason}`;
  return new GateError([found(refusedByGitHub, { message, help: helpFor(status, permission, repository) })]);
}

function describeAttempts(error: unknown): string {
  if (!(error instanceof Unanswered)) return '';
  if (error.mayBeDone) return ' and may have taken effect, so it is not sent again';
  return ` ${pluralize(error.attempts, 'time')}`;
}

function helpFor(status: number, permission: string | undefined, repository: string): string {
  if (status === 401) return 'Pass a valid `github-token`: this one is misspelt, has expired or was revoked.';
  if (status !== 403 && status !== 404)
    return `Correct what GitHub names; a commit must have been pushed to ${repository}.`;
  if (permission === undefined)
    return `Pass as \`github-token\` the job's own, or one of somebody who may write to ${repository}.`;
  return `Give the job \`permissions: { ${permission} }\`, and check that \`github-token\` is one of ${repository}.`;
}
