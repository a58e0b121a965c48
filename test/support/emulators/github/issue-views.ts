import type { Comment, Issue } from './issues.ts';
import { nodeId, type Repository } from './repository.ts';
import { bot } from './views.ts';

/** `label`. */
export function labelView(repository: Repository, name: string): object {
  return {
    id: name.length,
    node_id: nodeId('Label', name),
    url: repository.api(`/labels/${encodeURIComponent(name)}`),
    name,
    description: null,
    color: 'ededed',
    default: false,
  };
}

/** `issue`. */
export function issueView(repository: Repository, issue: Issue): object {
  const url = repository.api(`/issues/${issue.number}`);
  const pull = repository.api(`/pulls/${issue.number}`);
  const html = repository.html(`/${issue.pull === undefined ? 'issues' : 'pull'}/${issue.number}`);
  return {
    id: issue.id,
    node_id: nodeId('Issue', issue.id),
    url,
    repository_url: repository.api(''),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    number: issue.number,
    state: issue.state,
    state_reason: issue.stateReason,
    title: issue.title,
    body: issue.body,
    user: bot(),
    labels: issue.labels.map(name => labelView(repository, name)),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: issue.comments.length,
    closed_at: issue.closedAt,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    author_association: 'NONE',
    ...(issue.pull === undefined
      ? {}
      : { pull_request: { url: pull, html_url: html, diff_url: `${html}.diff`, patch_url: `${html}.patch` } }),
  };
}

/** `issue-comment`. */
export function commentView(repository: Repository, comment: Comment): object {
  return {
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    url: repository.api(`/issues/comments/${comment.id}`),
    html_url: repository.html(`/issues/${comment.issue}#issuecomment-${comment.id}`),
    issue_url: repository.api(`/issues/${comment.issue}`),
    body: comment.body,
    user: bot(),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: 'NONE',
  };
}
