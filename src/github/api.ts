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
  meaning: 'GitHub rejected a request that the gate depends on. This says nothing about the release.',
  cause: 'The job lacks a permission, the token belongs to another repository, or the commit was not pushed to GitHub.',
  help: 'Give the job the permission that the finding names, under `permissions:`, and pass a valid `github-token`.',
};

export const gitHubUnavailable: FindingKind = {
  code: 'gate/github-unavailable',
  severity: 'error',
  boundary: 'delivery',
  meaning: "GitHub's API is unavailable to the gate. This says nothing about the release.",
  cause: 'An outage of GitHub, a rate limit, or a network fault between the runner and GitHub.',
  help: 'Check githubstatus.com, then run the gate again.',
};

type Octokit = ReturnType<typeof import('./octokit.ts').getOctokit>;

export interface Repository {
  owner: string;
  repo: string;
}

/** One request to the REST API. */
export interface Call<Data> {
  /** What the request is for, in messages: `the deployments of production`. */
  what: string;
  /**
   * The permission that the request needs, as in a workflow: `deployments: write`. Absent if the token of every job may
   * make it.
   */
  permission?: string;
  /** What to do if GitHub refuses what no job token may do. */
  help?: string;
  send(rest: Octokit['rest'], at: Repository): Promise<{ data: Data }>;
}

export interface GitHub {
  /** The web page of the run. */
  runUrl: string;
  /** Throws a GateError that says what to do, or the signal's reason when the run is cancelled. */
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
    call: async ({ send, ...call }) => {
      if (!token || !owner || !repo) {
        const reason = token ? 'GITHUB_REPOSITORY is not set' : 'the input `github-token` is empty';
        const message = `The request to GitHub for ${call.what} cannot be sent: ${reason}.`;
        throw new GateError([found(refusedByGitHub, { message })]);
      }
      octokit ??= await connect(token, context);
      const wasCancelled = signal.aborted;
      try {
        const { data } = await send(octokit.rest, { owner, repo });
        return data;
      } catch (error) {
        if (!wasCancelled) signal.throwIfAborted();
        throw explainRejection(error, call, `${owner}/${repo}`);
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
    sendPatiently(async signal => {
      // The hooks within this one, such as the token's, see this very object and not another that is passed on.
      Object.assign(options, redactTexts(options, context), { request: { ...options.request, signal } });
      return request(options);
    }, options.method === 'GET'),
  );
  return octokit;
}

/** What people read on GitHub, where no runner masks it. */
const texts = ['title', 'body', 'description', 'message'];

function redactTexts(options: Readonly<Record<string, unknown>>, { redactor }: GateContext): Record<string, string> {
  return Object.fromEntries(
    texts.flatMap(name => {
      const text = options[name];
      return typeof text === 'string' ? [[name, redactor.redact(text)]] : [];
    }),
  );
}

/** The finding says what Octokit would write to the log. */
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** docs: GitHub REST, troubleshooting (status codes, rate limits, "Resource not accessible by integration"). */
function explainRejection(error: unknown, call: Refusable, repository: string): GateError {
  const { what } = call;
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 0;
  const reason = endSentence(describeError(error));
  if (status === 0 || status >= 500 || (error instanceof Error && isRateLimit(error))) {
    const message = `The request to GitHub for ${what} failed${describeAttempts(error)}: ${reason}`;
    return new GateError([found(gitHubUnavailable, { message })]);
  }
  const message = `GitHub rejected the request for ${what} in ${repository} (${status}): ${reason}`;
  return new GateError([found(refusedByGitHub, { message, help: helpFor(status, reason, call, repository) })]);
}

function describeAttempts(error: unknown): string {
  if (!(error instanceof Unanswered)) return '';
  if (error.attempts === 0) return ' and was not sent';
  if (error.mayBeDone) return ' and may have taken effect, so it is not sent again';
  return ` ${pluralize(error.attempts, 'time')}`;
}

type Refusable = Omit<Call<unknown>, 'send'>;

/** GitHub's words for a feature of the repository that is off, with 403 or 404. */
const isOff = /\bdisabled\b|must be enabled|not enabled|no analysis found/i;

function helpFor(status: number, reason: string, { permission, help }: Refusable, repository: string): string {
  if (status === 401) return 'Pass a valid `github-token`: this one is misspelt, expired or revoked.';
  if (status !== 403 && status !== 404) return `Fix what GitHub names. A commit must be pushed to ${repository} first.`;
  if (isOff.test(reason)) return `Switch it on in the settings of ${repository}, or remove it from the configuration.`;
  if (help !== undefined) return help;
  if (permission === undefined)
    return `Pass the job's own token as \`github-token\`, or the token of a person with write access to ${repository}.`;
  return `Give the job \`permissions: { ${permission} }\`, and check that \`github-token\` has access to ${repository}.`;
}
