import { type Fault, type RecordedRequest, serve } from '../http.ts';
import { About } from './about.ts';
import { Access, type Permissions } from './access.ts';
import { Alerts } from './alerts.ts';
import { ChangedFiles } from './changed-files.ts';
import { Checks } from './checks.ts';
import { Collaborators } from './collaborators.ts';
import { Contents } from './contents.ts';
import { Deployments } from './deployments.ts';
import { githubError } from './errors.ts';
import { Git } from './git.ts';
import { Issues } from './issues.ts';
import { OtherRepository, type OtherRepositoryOptions } from './other-repository.ts';
import { Pulls } from './pulls.ts';
import { rateLimit } from './rate-limit.ts';
import { Repository, type RepositoryOptions } from './repository.ts';
import { Reviews } from './reviews.ts';
import { Runs } from './runs.ts';
import { Statuses } from './statuses.ts';
import { Teams } from './teams.ts';

export type { Permission, Permissions } from './access.ts';
export type { CheckRun } from './checks.ts';
export type { Deployment, DeploymentStatus } from './deployments.ts';
export type { Comment, Issue } from './issues.ts';
export type { PullRequestOptions, RepositoryOptions } from './repository.ts';

export interface GitHubOptions extends RepositoryOptions {
  token: string;
  /** What the token may do. Default: everything. With it, nothing else. */
  permissions?: Permissions;
  /** Requests before the primary rate limit refuses. Default 1000, as for GITHUB_TOKEN. */
  requestsPerHour?: number;
  /** Further repositories that the token reaches, as far as their deployments and runs go. */
  others?: OtherRepositoryOptions[];
  faults?: Fault[];
}

export interface GitHubEmulator {
  /** For GITHUB_API_URL and Octokit's `baseUrl`. */
  apiUrl: string;
  repository: Repository;
  deployments: Deployments;
  statuses: Statuses;
  checks: Checks;
  /** Issues and pull requests with their comments and labels. */
  issues: Issues;
  git: Git;
  runs: Runs;
  reviews: Reviews;
  collaborators: Collaborators;
  changedFiles: ChangedFiles;
  contents: Contents;
  teams: Teams;
  alerts: Alerts;
  /** @throws TypeError for a repository that is not among the others. */
  other(repository: string): OtherRepository;
  /** Changes what the token may do; undefined: everything. */
  grant(permissions: Record<string, string> | undefined): void;
  requests: RecordedRequest[];
  fail(fault: Fault): void;
  stop(): Promise<void>;
}

/** GitHub's REST API: deployments, statuses, checks, issues, comments, tags, pull requests; of others less. */
export async function startGitHub(options: GitHubOptions): Promise<GitHubEmulator> {
  const repository = new Repository(options);
  const access = new Access(options.token, options.permissions);
  const statuses = new Statuses(repository);
  const checks = new Checks(repository);
  const deployments = new Deployments(repository, statuses, checks);
  const issues = new Issues(repository);
  const reviews = new Reviews(repository);
  const collaborators = new Collaborators();
  const changedFiles = new ChangedFiles(repository);
  const contents = new Contents(repository);
  const git = new Git(repository, changedFiles);
  const teams = new Teams();
  const alerts = new Alerts(repository);
  const runs = new Runs();
  const others = (options.others ?? []).map(one => new OtherRepository(one, options.token));
  const limit = rateLimit(options.requestsPerHour ?? 1_000);

  const about = new About(repository);
  const pulls = new Pulls(repository, issues);
  const parts = [
    about,
    deployments,
    statuses,
    checks,
    issues,
    git,
    runs,
    pulls,
    changedFiles,
    contents,
    reviews,
    teams,
    alerts,
    collaborators,
  ];
  const known = [repository, ...others.map(other => other.repository)];
  const server = await serve({
    routes: [...others.flatMap(other => other.routes()), ...parts.flatMap(part => part.routes(access))],
    authorize(request) {
      const unauthorized = access.authorize(request);
      if (unauthorized !== undefined) return unauthorized;
      const elsewhere =
        request.path.startsWith('/repos/') &&
        !known.some(({ fullName }) => `${request.path}/`.startsWith(`/repos/${fullName}/`));
      return limit.take() ?? (elsewhere ? githubError(404, 'Not Found') : undefined);
    },
    notFound: () => githubError(404, 'Not Found'),
    malformed: () => githubError(400, 'Problems parsing JSON'),
    headers: () => ({
      'x-github-request-id': 'EMUL:1',
      'x-github-media-type': 'github.v3; format=json',
      ...limit.headers(),
    }),
  });
  for (const each of known) each.apiUrl = server.url;
  for (const fault of options.faults ?? []) server.fail(fault);

  return {
    apiUrl: server.url,
    repository,
    deployments,
    statuses,
    checks,
    issues,
    git,
    runs,
    reviews,
    collaborators,
    changedFiles,
    contents,
    teams,
    alerts,
    other(name) {
      const found = others.find(other => other.repository.fullName === name);
      if (found === undefined) throw new TypeError(`No repository ${name} is emulated.`);
      return found;
    },
    grant: permissions => access.grant(permissions),
    requests: server.requests,
    fail: server.fail,
    stop: server.stop,
  };
}
