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

function readPullRequest(variables: Variables): PullRequest | undefined {
  return parsePullRequest(getValue(readEvent(variables), ['pull_request']));
}

/** Where the changes of a run begin and end. */
export interface Span {
  base: string;
  head: string;
}

/** What a merge group brings to its branch; undefined for other events, and where the event does not tell. */
export function readMergeGroup(variables: Variables): Span | undefined {
  return readSpan(variables, ['merge_group', 'base_sha'], ['merge_group', 'head_sha']);
}

const noCommit = /^0+$/;

/** What a push brings to its branch. A new branch begins where it leaves the default branch. */
export function readPush(variables: Variables): Span | undefined {
  const pushed = readSpan(variables, ['before'], ['after']);
  return pushed && noCommit.test(pushed.base)
    ? readSpan(variables, ['repository', 'default_branch'], ['after'])
    : pushed;
}

/** The commit that a pull request or a merge group would be added to; undefined for other events. */
export function readBase(variables: Variables): string | undefined {
  const pull = readSpan(variables, ['pull_request', 'base', 'sha'], ['pull_request', 'head', 'sha']);
  return (pull ?? readMergeGroup(variables))?.base;
}

function readSpan(variables: Variables, from: string[], to: string[]): Span | undefined {
  const event = readEvent(variables);
  const [base, head] = [getValue(event, from), getValue(event, to)];
  return typeof base === 'string' && typeof head === 'string' ? { base, head } : undefined;
}

/** docs: GitHub, Webhook events and payloads. Undefined for a run without an event file, as by hand. */
function readEvent({ GITHUB_EVENT_PATH: path }: Variables): unknown {
  if (!path) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8').replace(/^\ufeff/, ''));
  } catch {
    return undefined;
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
