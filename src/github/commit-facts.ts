import type { Alert, CommitCheck, CommitFacts, PullRequest } from '../core/commit-facts.ts';
import { GateError } from '../core/errors.ts';
import type { Finding } from '../core/finding.ts';
import { parseRecord } from '../core/record.ts';
import { type GitHub, refusedByGitHub } from './api.ts';
import { readAllPages, readAllPagesByCursor } from './pages.ts';

/** What GitHub knows about a commit. `runId` is the current workflow run, whose own checks are still running. */
export function createCommitFacts(github: GitHub, runId: string | undefined): CommitFacts {
  return {
    checks: async commit => [...(await listCheckRuns(github, commit, runId)), ...(await listStatuses(github, commit))],
    pullRequest: commit => findPullRequest(github, commit),
    membersOfTeam: team => listMembers(github, team),
    alerts: kind => listAlerts(github, kind),
    deployments: (commit, environment) => listDeploymentStates(github, commit, environment),
  };
}

/**
 * docs: GitHub REST, check runs. GitHub lets a merge pass with skipped and neutral ones, too. `filter=latest` keeps the
 * newest for each check suite, and every run of a workflow has its own: only the newest run of a workflow counts.
 */
async function listCheckRuns(github: GitHub, ref: string, runId: string | undefined): Promise<CommitCheck[]> {
  const call = { what: `the checks of ${ref}`, permission: 'checks: read' };
  const runs = await readAllPages(github, call, page => async (rest, at) => {
    const { data } = await rest.checks.listForRef({ ...at, ref, filter: 'latest', ...page });
    return { data: data.check_runs };
  });
  const own = runId ? `/actions/runs/${runId}/` : undefined;
  const newest = keepNewest(runs, await readWorkflows(github, ref));
  return newest.map(({ name, status, conclusion, details_url, html_url }) => {
    const ofThisRun = own !== undefined && `${details_url} ${html_url}`.includes(own);
    if (status !== 'completed') return { name, state: 'pending', said: status, ofThisRun };
    const good = ['success', 'neutral', 'skipped'].includes(conclusion ?? '');
    return { name, state: good ? 'success' : 'failure', said: conclusion ?? 'no conclusion', ofThisRun };
  });
}

interface CheckRun {
  id: number;
  name: string;
  app: { id: number } | null;
  check_suite: { id: number } | null;
}

/** Two workflows may name their jobs alike, so a job of one never stands for the job of another. */
function keepNewest<Run extends CheckRun>(runs: Run[], workflows: ReadonlyMap<number, number>): Run[] {
  const identify = ({ name, app, check_suite: suite }: CheckRun) =>
    JSON.stringify([workflows.get(suite?.id ?? 0) ?? `app ${app?.id}`, name]);
  const fromOldest = runs.toSorted((a, b) => a.id - b.id);
  return [...new Map(fromOldest.map(run => [identify(run), run])).values()];
}

/** The workflow of each check suite; empty if the token may not read the runs of workflows. */
async function readWorkflows(github: GitHub, commit: string): Promise<Map<number, number>> {
  const call = { what: `the workflow runs of ${commit}`, permission: 'actions: read' };
  try {
    const runs = await readAllPages(github, call, page => async (rest, at) => {
      const { data } = await rest.actions.listWorkflowRunsForRepo({ ...at, head_sha: commit, ...page });
      return { data: data.workflow_runs };
    });
    return new Map(runs.map(run => [run.check_suite_id ?? 0, run.workflow_id]));
  } catch (error) {
    if (findRefusal(error)) return new Map();
    throw error;
  }
}

async function listStatuses(github: GitHub, ref: string): Promise<CommitCheck[]> {
  const call = { what: `the statuses of ${ref}`, permission: 'statuses: read' };
  const statuses = await readAllPages(github, call, page => async (rest, at) => {
    const { data } = await rest.repos.getCombinedStatusForRef({ ...at, ref, ...page });
    return { data: data.statuses };
  });
  return statuses.map(({ context, state }) => {
    const known = state === 'success' || state === 'pending' ? state : 'failure';
    return { name: context, state: known, said: state, ofThisRun: false };
  });
}

/**
 * Several pull requests may contain a commit, such as stacked ones. The one whose merge created the commit takes
 * precedence, then any that is merged, then one that is open (docs: GitHub REST, pull requests associated with a commit).
 */
async function findPullRequest(github: GitHub, commit: string): Promise<PullRequest | undefined> {
  const listing = { what: `the pull request of ${commit}`, permission: 'pull-requests: read' };
  const pulls = await readAllPages(
    github,
    listing,
    page => (rest, at) => rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: commit, ...page }),
  );
  const merged = pulls.filter(({ merged_at }) => merged_at);
  const pull =
    merged.find(({ merge_commit_sha }) => merge_commit_sha === commit) ??
    merged[0] ??
    pulls.find(({ state }) => state === 'open');
  if (!pull) return undefined;
  const call = { what: `the reviews of pull request ${pull.number}`, permission: 'pull-requests: read' };
  const reviews = await readAllPages(
    github,
    call,
    page => (rest, at) => rest.pulls.listReviews({ ...at, pull_number: pull.number, ...page }),
  );
  const author = pull.user?.login ?? '';
  // A comment does not revoke an approval; a dismissal does. GitHub lists reviews from oldest to newest.
  const decisive = reviews.filter(({ state }) => state !== 'COMMENTED' && state !== 'PENDING');
  const last = new Map(decisive.map(review => [review.user?.login ?? '', review]));
  last.delete(author);
  last.delete(''); // GitHub does not name the author of a review whose account is deleted
  const words = [...last.entries()];
  const approved = words.filter(([, { state, commit_id }]) => state === 'APPROVED' && commit_id === pull.head.sha);
  return {
    number: pull.number,
    author,
    labels: pull.labels.map(({ name }) => name),
    approvals: await Promise.all(
      // `author_association` does not tell: a job token sees a private member of the organization as a contributor.
      approved.map(async ([user]) => ({ user, mayWrite: await canWrite(github, user) })),
    ),
    changesRequestedBy: await filterWriters(
      github,
      words.filter(([, { state }]) => state === 'CHANGES_REQUESTED').map(([user]) => user),
    ),
  };
}

/** As on GitHub, a review by someone without write access does not block. */
async function filterWriters(github: GitHub, users: string[]): Promise<string[]> {
  const mayWrite = await Promise.all(users.map(user => canWrite(github, user)));
  return users.filter((_, index) => mayWrite[index]);
}

/**
 * Considers access through teams and the organization, too. GitHub reports `maintain` as `write` (docs: GitHub REST,
 * collaborators).
 */
async function canWrite(github: GitHub, username: string): Promise<boolean> {
  const { permission } = await github.call({
    what: `the permission of ${username}`,
    send: (rest, at) => rest.repos.getCollaboratorPermissionLevel({ ...at, username }),
  });
  return permission === 'admin' || permission === 'write';
}

/**
 * Includes the members of child teams. GitHub answers 404 for a team that the token cannot see (docs: GitHub REST, list
 * team members).
 */
async function listMembers(github: GitHub, team: string): Promise<string[] | { refused: string }> {
  const [org = '', team_slug = ''] = team.split('/');
  const call = { what: `the members of ${team}`, permission: 'members: read' };
  try {
    const members = await readAllPages(
      github,
      call,
      page => rest => rest.teams.listMembersInOrg({ org, team_slug, ...page }),
    );
    return members.map(({ login }) => login);
  } catch (error) {
    const refusal = findRefusal(error);
    if (!refusal) throw error;
    return { refused: refusal.message };
  }
}

function findRefusal(error: unknown): Finding | undefined {
  return error instanceof GateError ? error.findings.find(({ code }) => code === refusedByGitHub.code) : undefined;
}

async function listAlerts(github: GitHub, kind: Alert['kind']): Promise<Alert[]> {
  const what = `the open ${kind} alerts`;
  if (kind === 'code-scanning') {
    const call = { what, permission: 'security-events: read' };
    const alerts = await readAllPages(
      github,
      call,
      page => (rest, at) => rest.codeScanning.listAlertsForRepo({ ...at, state: 'open', ...page }),
    );
    return alerts.map(({ rule, html_url }) => ({
      kind,
      severity: rule.security_severity_level ?? (rule.severity === 'error' ? 'high' : 'medium'),
      title: rule.description ?? rule.name ?? 'an alert without a name',
      url: html_url,
    }));
  }
  if (kind === 'dependabot') {
    const call = { what, permission: 'vulnerability-alerts: read' };
    const alerts = await readAllPagesByCursor(
      github,
      call,
      page => (rest, at) => rest.dependabot.listAlertsForRepo({ ...at, state: 'open', ...page }),
    );
    return alerts.map(({ security_advisory, html_url, dependency }) => ({
      kind,
      severity: security_advisory.severity,
      title: `${dependency.package?.name}: ${security_advisory.summary}`,
      url: html_url,
    }));
  }
  const call = {
    what,
    help: 'Pass the token of a GitHub App with the permission `Secret scanning alerts: read` as `github-token`: no job token can read them.',
  };
  const alerts = await readAllPages(
    github,
    call,
    page => (rest, at) =>
      // The alert is about a leaked secret: never request its value.
      rest.secretScanning.listAlertsForRepo({ ...at, state: 'open', hide_secret: true, ...page }),
  );
  return alerts.map(({ secret_type_display_name, html_url }) => ({
    kind,
    severity: 'critical',
    title: secret_type_display_name ?? 'a secret',
    url: html_url ?? '',
  }));
}

/**
 * How each deployment of the commit ended, the newest first. Jobs with an `environment:` create deployments, too, which
 * only count where no release has kept its record. One that was withdrawn changed nothing and does not count.
 */
async function listDeploymentStates(github: GitHub, sha: string, environment: string): Promise<string[]> {
  const permission = 'deployments: read';
  const what = `the deployments of ${sha} to ${environment}`;
  const deployments = await github.call({
    what,
    permission,
    send: (rest, at) => rest.repos.listDeployments({ ...at, sha, environment, task: 'deploy', per_page: 30 }),
  });
  const releases = deployments.filter(({ payload }) => parseRecord(payload) !== undefined);
  const states: string[] = [];
  for (const { id } of (releases.length > 0 ? releases : deployments).slice(0, 10)) {
    const statuses = await github.call({
      what,
      permission,
      send: (rest, at) => rest.repos.listDeploymentStatuses({ ...at, deployment_id: id, per_page: 100 }),
    });
    const [newest] = statuses;
    const isWithdrawn = newest?.state === 'inactive' && !statuses.some(({ state }) => state === 'success');
    if (!isWithdrawn) states.push(newest?.state ?? 'pending');
  }
  return states;
}
