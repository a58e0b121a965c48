import { DEFAULT_BRANCH, nodeId, type Repository } from './repository.ts';

/** `simple-user`. */
export function userView(login: string, type: 'Bot' | 'User' | 'Organization' = 'User'): object {
  const api = `https://api.github.com/users/${encodeURIComponent(login)}`;
  return {
    login,
    id: 41_898_282,
    node_id: nodeId('User', login),
    avatar_url: 'https://avatars.githubusercontent.com/in/15368',
    gravatar_id: '',
    url: api,
    html_url: `https://github.com/${encodeURIComponent(login)}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following`,
    gists_url: `${api}/gists`,
    starred_url: `${api}/starred`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events`,
    received_events_url: `${api}/received_events`,
    type,
    site_admin: false,
  };
}

/** The account that GITHUB_TOKEN acts as. */
export const bot = (): object => userView('github-actions[bot]', 'Bot');

/** `integration`: the app behind GITHUB_TOKEN. */
export function appView(): object {
  return {
    id: 15_368,
    slug: 'github-actions',
    node_id: nodeId('App', 15_368),
    owner: userView('github', 'Organization'),
    name: 'GitHub Actions',
    description: 'Automate your workflow from idea to production',
    external_url: 'https://help.github.com/en/actions',
    html_url: 'https://github.com/apps/github-actions',
    created_at: '2018-07-30T09:30:17Z',
    updated_at: '2024-04-10T20:33:16Z',
    permissions: { checks: 'write', contents: 'read', deployments: 'write', issues: 'write', statuses: 'write' },
    events: [],
  };
}

const COLLECTIONS = [
  'assignees',
  'branches',
  'collaborators',
  'comments',
  'commits',
  'compare',
  'contents',
  'contributors',
  'deployments',
  'downloads',
  'events',
  'forks',
  'hooks',
  'issues',
  'keys',
  'labels',
  'languages',
  'merges',
  'milestones',
  'notifications',
  'pulls',
  'releases',
  'stargazers',
  'statuses',
  'subscribers',
  'subscription',
  'tags',
  'teams',
];

/** `repository`, which is also enough for `minimal-repository` and `full-repository`. */
export function repositoryView(repository: Repository, owner = repository.owner): object {
  const urls = COLLECTIONS.map(name => [`${name}_url`, repository.api(`/${name}`)]);
  const html = repository.html('');
  return {
    ...Object.fromEntries(urls),
    id: 1,
    node_id: nodeId('Repository', 1),
    name: repository.name,
    full_name: `${owner}/${repository.name}`,
    owner: userView(owner, 'Organization'),
    private: true,
    html_url: html,
    description: null,
    fork: owner !== repository.owner,
    url: repository.api(''),
    archive_url: repository.api('/{archive_format}{/ref}'),
    blobs_url: repository.api('/git/blobs{/sha}'),
    git_commits_url: repository.api('/git/commits{/sha}'),
    git_refs_url: repository.api('/git/refs{/sha}'),
    git_tags_url: repository.api('/git/tags{/sha}'),
    trees_url: repository.api('/git/trees{/sha}'),
    issue_comment_url: repository.api('/issues/comments{/number}'),
    issue_events_url: repository.api('/issues/events{/number}'),
    clone_url: `${html}.git`,
    git_url: `git://github.com/${repository.fullName}.git`,
    ssh_url: `git@github.com:${repository.fullName}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    language: 'TypeScript',
    license: null,
    default_branch: DEFAULT_BRANCH,
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    subscribers_count: 0,
    network_count: 0,
    open_issues: 0,
    open_issues_count: 0,
    size: 1,
    has_downloads: true,
    has_issues: true,
    has_projects: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    archived: false,
    disabled: false,
    pushed_at: repository.createdAt,
    created_at: repository.createdAt,
    updated_at: repository.createdAt,
  };
}
