import { readFileSync } from 'node:fs';
import { getValue } from '../config/mapping.ts';
import type { Variables } from '../core/context.ts';
import { isMapping } from '../core/is-mapping.ts';

/**
 * Whether GitHub withholds the Actions secrets from the run, so that a missing value proves nothing. It does for a pull
 * request from a fork (docs: GitHub Actions, events that trigger workflows, `pull_request`) and for a run that Dependabot
 * triggered.
 */
export function areSecretsWithheld(variables: Variables): boolean {
  return isDependabotRun(variables) || isForkPullRequest(variables);
}

/** docs: GitHub, Dependabot, Troubleshooting Dependabot on GitHub Actions. */
const withheldFromDependabot = new Set([
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'push',
  'create',
  'deployment',
  'deployment_status',
]);

/** When a person runs it again, GITHUB_ACTOR stays Dependabot and GitHub still withholds the secrets. */
function isDependabotRun({ GITHUB_ACTOR, GITHUB_EVENT_NAME = '' }: Variables): boolean {
  return GITHUB_ACTOR === 'dependabot[bot]' && withheldFromDependabot.has(GITHUB_EVENT_NAME);
}

/** The events that run the code of a pull request. `pull_request_target` runs the code of its base. */
const ofPullRequests = new Set(['pull_request', 'pull_request_review', 'pull_request_review_comment']);

/** False if the event file cannot be read. */
function isForkPullRequest(variables: Variables): boolean {
  if (!ofPullRequests.has(variables.GITHUB_EVENT_NAME ?? '')) return false;
  const pull = readPullRequest(variables);
  return pull !== undefined && pull.repository !== variables.GITHUB_REPOSITORY;
}

/** The number of the pull request that triggered the run; undefined for other events. */
export function readPullRequestNumber(variables: Variables): number | undefined {
  return readPullRequest(variables)?.number;
}

interface PullRequest {
  number?: number;
  /** Where its branch is; absent for a fork that is deleted. */
  repository?: string;
}

function readPullRequest({ GITHUB_EVENT_PATH: path }: Variables): PullRequest | undefined {
  if (!path) return undefined;
  try {
    const event: unknown = JSON.parse(readFileSync(path, 'utf8').replace(/^\ufeff/, ''));
    return parsePullRequest(getValue(event, ['pull_request']));
  } catch {
    return undefined; // started by hand without an event file
  }
}

/** What the file says in another shape than GitHub's is left out. */
function parsePullRequest(value: unknown): PullRequest | undefined {
  if (!isMapping(value)) return undefined;
  const repository = getValue(value, ['head', 'repo', 'full_name']);
  return {
    ...(Number.isSafeInteger(value.number) && { number: Number(value.number) }),
    ...(typeof repository === 'string' && { repository }),
  };
}
