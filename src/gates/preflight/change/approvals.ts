import type { Change } from '../../../config/schema/preflight/change.ts';
import type { PullRequest } from '../../../core/commit-facts.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { plural } from '../../../core/plural.ts';
import type { ChangeCheck } from './change-check.ts';

export const notApproved: FindingKind = {
  code: 'change/not-approved',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The change was not approved by those who have to.',
  cause:
    'A commit that was pushed without a pull request, an approval that was given before the last commit, or one by another person.',
  remedy: 'Ask for the review that is missing, and release again.',
};

/** Whose approvals count: those of the named users, or of everyone who may write. */
export function approversOf(pull: PullRequest, by: string[]): string[] {
  const named = by.map(user => user.replace(/^@/, '').toLowerCase());
  return pull.approvals
    .filter(({ user, mayWrite }) => (named.length > 0 ? named.includes(user.toLowerCase()) : mayWrite))
    .map(({ user }) => user);
}

export const approvals: ChangeCheck = {
  name: 'approvals',
  isWanted: ({ approvals }) => approvals !== undefined,
  run: async ({ change, commit, facts, place }) => {
    const { count, by } = change.approvals ?? ({ count: 1, by: [] } satisfies Change['approvals']);
    const pull = await facts.pullRequest(commit);
    if (!pull) {
      const seen = `The commit ${commit.slice(0, 7)} came without a pull request.`;
      return { findings: [found(notApproved, { seen, place })] };
    }
    const name = `Pull request #${pull.number}`;
    if (pull.changesRequestedBy.length > 0) {
      const seen = `${name}: ${pull.changesRequestedBy.join(', ')} asked for changes.`;
      return { findings: [found(notApproved, { seen, place })] };
    }
    const approvers = approversOf(pull, by);
    const detail = `#${pull.number}, approved by ${approvers.join(', ') || 'no one'}`;
    if (approvers.length >= count) return { findings: [], detail };
    const whose = by.length > 0 ? ` of ${by.join(', ')}` : '';
    const seen = `${name} has ${plural(approvers.length, 'approval')}${whose} for its last state, expected ${count}.`;
    return { findings: [found(notApproved, { seen, place })], detail };
  },
};
