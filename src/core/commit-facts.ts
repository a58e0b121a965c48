/** A check run or commit status. */
export interface CommitCheck {
  name: string;
  state: 'success' | 'failure' | 'pending';
  /** What was said of it: `timed_out`, `in_progress`. */
  said: string;
}

export interface PullRequest {
  number: number;
  author: string;
  labels: string[];
  /** Who approves its last state: one entry for each person whose last word was an approval. */
  approvals: { user: string; mayWrite: boolean }[];
  /** Who asked for changes and has not taken that back. */
  changesRequestedBy: string[];
}

export interface Alert {
  kind: 'code-scanning' | 'dependabot' | 'secrets';
  severity: 'low' | 'medium' | 'high' | 'critical';
  title: string;
  url: string;
}

/** What is known of the commit that is released. Its methods throw a GateError when they cannot do their work. */
export interface CommitFacts {
  /** The newest of each name; what the running workflow itself has is left out. */
  checks(commit: string): Promise<CommitCheck[]>;
  /** The pull request that brought the commit, merged or not. */
  pullRequest(commit: string): Promise<PullRequest | undefined>;
  /** The logins of a team, named as owner/slug; or in GitHub's words why it does not tell. */
  membersOfTeam(team: string): Promise<string[] | { refused: string }>;
  /** Open alerts. */
  alerts(kind: Alert['kind']): Promise<Alert[]>;
  /**
   * The states of this commit's deployments to an environment, the newest first. `inactive`: it succeeded, and another
   * one came after it.
   */
  deployments(commit: string, environment: string): Promise<string[]>;
}
