/** A check run or commit status. */
export interface CommitCheck {
  name: string;
  state: 'success' | 'failure' | 'pending';
  /** What was said of it: `timed_out`, `in_progress`. */
  said: string;
  /** Whether it is a job of the current workflow run, which cannot have finished while the gate runs in it. */
  ofThisRun: boolean;
}

export interface PullRequest {
  number: number;
  author: string;
  labels: string[];
  /** Who approves its last state: one entry for each person whose last word was an approval. */
  approvals: { user: string; mayWrite: boolean }[];
  /** Who has write access, asked for changes and has not taken that back. */
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
  /** The newest of each name. */
  checks(commit: string): Promise<CommitCheck[]>;
  /** The pull request that brought the commit, merged or not. */
  pullRequest(commit: string): Promise<PullRequest | undefined>;
  /** The logins of a team, named as owner/slug; or in GitHub's words why it does not tell. */
  membersOfTeam(team: string): Promise<string[] | { refused: string }>;
  /** Open alerts. */
  alerts(kind: Alert['kind']): Promise<Alert[]>;
  /** The states of this commit's deployments to an environment, the newest first. */
  deployments(commit: string, environment: string): Promise<string[]>;
}
