import type { WorkflowEvent } from '../event.ts';
import type { Value } from './expressions.ts';

export interface GitHubOptions {
  repository?: string;
  sha?: string;
  ref?: string;
  actor?: string;
  apiUrl?: string;
  token?: string;
  runId?: string;
}

export type GitHubIdentity = Required<GitHubOptions>;

/** Fills in what the caller leaves open; the token is a fake, new for each run. */
export function completeGitHub(given: GitHubOptions, event: WorkflowEvent['name']): GitHubIdentity {
  return {
    repository: given.repository ?? 'example-org/consumer',
    sha: given.sha ?? '0123456789abcdef0123456789abcdef01234567',
    ref: given.ref ?? (event === 'pull_request' ? 'refs/pull/1/merge' : 'refs/heads/main'),
    actor: given.actor ?? 'octocat',
    apiUrl: given.apiUrl ?? 'https://api.github.com',
    runId: given.runId ?? '1',
    token: given.token ?? `fake-github-token-${crypto.randomUUID()}`,
  };
}

/** The `github` context of a run, without what differs by job and step. */
export function gitHubContext(
  identity: GitHubIdentity,
  workflow: { name: string; file: string },
  event: WorkflowEvent,
): Record<string, Value> {
  const { repository, sha, ref, actor, apiUrl, token, runId } = identity;
  const payload = eventPayload(identity, event);
  return {
    token,
    repository,
    repository_id: '1000001',
    repository_owner: repository.split('/')[0] ?? '',
    repository_owner_id: '1000002',
    repositoryUrl: `git://github.com/${repository}.git`,
    sha,
    ref,
    ref_name: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    ref_protected: false,
    head_ref: textAt(payload, 'pull_request', 'head', 'ref'),
    base_ref: textAt(payload, 'pull_request', 'base', 'ref'),
    actor,
    actor_id: '1000003',
    triggering_actor: actor,
    event_name: event.name,
    event: payload,
    workflow: workflow.name,
    workflow_ref: `${repository}/${workflow.file}@${ref}`,
    workflow_sha: sha,
    run_id: runId,
    run_number: '1',
    run_attempt: '1',
    retention_days: '90',
    server_url: 'https://github.com',
    api_url: apiUrl,
    graphql_url: `${apiUrl}/graphql`,
    secret_source: 'Actions',
  };
}

function eventPayload({ repository, ref, actor }: GitHubIdentity, event: WorkflowEvent): Value {
  const [owner = '', name = ''] = repository.split('/');
  const common = {
    repository: { name, full_name: repository, owner: { login: owner }, default_branch: 'main' },
    sender: { login: actor },
    ref,
    ...(event.inputs ? { inputs: event.inputs } : {}),
  };
  return JSON.parse(JSON.stringify({ ...common, ...event.payload }));
}

function textAt(value: Value, ...path: string[]): string {
  const found = path.reduce<Value | undefined>((inner, key) => {
    const isMapping = inner !== null && typeof inner === 'object' && !Array.isArray(inner);
    return isMapping ? inner[key] : undefined;
  }, value);
  return typeof found === 'string' ? found : '';
}
