/** A check run or commit status. */
export interface CommitCheck {
  name: string;
  state: 'success' | 'failure' | 'pending';
  /** GitHub's word for it, such as `timed_out` or `in_progress`. */
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
  /** Who has write access, requested changes and has not withdrawn the request. */
  changesRequestedBy: string[];
}

export interface Alert {
  kind: 'code-scanning' | 'dependabot' | 'secrets';
  severity: 'low' | 'medium' | 'high' | 'critical';
  title: string;
  url: string;
}

/** Facts about the commit that is released. Its methods throw a GateError when they cannot read them. */
export interface CommitFacts {
  /** The newest of each name. */
  checks(commit: string): Promise<CommitCheck[]>;
  /** The pull request that brought the commit, merged or not. */
  pullRequest(commit: string): Promise<PullRequest | undefined>;
  /** The logins of a team, named as owner/slug, or GitHub's reason for not telling. */
  membersOfTeam(team: string): Promise<string[] | { refused: string }>;
  /** Open alerts. */
  alerts(kind: Alert['kind']): Promise<Alert[]>;
  /**
   * The states of this commit's deployments to an environment, the newest first. `inactive`: it succeeded, and another
   * one came after it.
   */
  deployments(commit: string, environment: string): Promise<string[]>;
}
