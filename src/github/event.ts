import { readFileSync } from 'node:fs';
import type { Variables } from '../core/context.ts';

/**
 * Whether GitHub gives the run no secrets of Actions, so that a value that is missing proves nothing: a pull request
 * from a fork (docs: GitHub Actions, events that trigger workflows, `pull_request`), or a run that Dependabot set off.
 */
export function areSecretsWithheld(variables: Variables): boolean {
  return isDependabotRun(variables) || isForkPullRequest(variables);
}

/** The events of docs: GitHub, Dependabot, Troubleshooting Dependabot on GitHub Actions. */
const withheldFromDependabot = new Set([
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'push',
  'create',
  'deployment',
  'deployment_status',
]);

/** GITHUB_ACTOR stays Dependabot when a person runs it again, and so does what the run is given. */
function isDependabotRun({ GITHUB_ACTOR, GITHUB_EVENT_NAME = '' }: Variables): boolean {
  return GITHUB_ACTOR === 'dependabot[bot]' && withheldFromDependabot.has(GITHUB_EVENT_NAME);
}

/** The events that run with the code of a pull request; `pull_request_target` runs with that of the base. */
const ofPullRequests = new Set(['pull_request', 'pull_request_review', 'pull_request_review_comment']);

/** An event file that cannot be read counts as no. */
function isForkPullRequest(variables: Variables): boolean {
  if (!ofPullRequests.has(variables.GITHUB_EVENT_NAME ?? '')) return false;
  const pull = readPullRequest(variables);
  // A deleted fork has no repository any more.
  return pull !== undefined && (pull.head?.repo?.full_name ?? '') !== variables.GITHUB_REPOSITORY;
}

/** The number of the pull request that the run is about; undefined where it is about none. */
export function readPullRequestNumber(variables: Variables): number | undefined {
  return readPullRequest(variables)?.number;
}

interface PullRequest {
  number?: number;
  head?: { repo?: { full_name?: string } | null };
}

function readPullRequest({ GITHUB_EVENT_PATH: path }: Variables): PullRequest | undefined {
  if (!path) return undefined;
  try {
    const event: { pull_request?: PullRequest } = JSON.parse(readFileSync(path, 'utf8'));
    return event.pull_request;
  } catch {
    return undefined; // started by hand without an event file
  }
}
