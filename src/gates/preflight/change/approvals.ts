import type { Change } from '../../../config/schema/preflight/change.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { CommitFacts, PullRequest } from '../../../core/commit-facts.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import type { ChangeCheck, ChangeRequest } from './change-check.ts';

export const notApproved: FindingKind = {
  code: 'change/not-approved',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The change lacks a required approval, or a reviewer asked for changes.',
  cause:
    'The commit was pushed without a pull request, was approved before its last state, or was approved by someone whose approval does not count.',
  help: 'Get the missing review, and release again.',
};

export const unreadableTeam: FindingKind = {
  code: 'change/unreadable-team',
  severity: 'warning',
  boundary: 'delivery',
  meaning: "The gate cannot read the team's members, so it cannot tell whether one of them approved the change.",
  cause:
    "The workflow's own token never sees the teams of an organization. Another token may lack the permission, or the team may not exist.",
  help: "Pass a `github-token` of an app with `Members: read` for the organization (for a classic personal token: `read:org`), and check the team's name.",
};

type Approvals = NonNullable<Change['approvals']>;

/** The approvers who count: the named users or, when none are named, everyone with write access. */
export function listApprovers(pull: PullRequest, named?: string[]): string[] {
  const logins = named?.map(user => user.replace(/^@/, '').toLowerCase());
  return pull.approvals
    .filter(({ user, mayWrite }) => logins?.includes(user.toLowerCase()) ?? mayWrite)
    .map(({ user }) => user);
}

export const approvals: ChangeCheck = {
  name: 'approvals',
  boundary: 'delivery',
  plan: ({ approvals }) => approvals && (request => checkApprovals(approvals, request)),
};

async function checkApprovals(wanted: Approvals, { commit, facts, place }: ChangeRequest): Promise<Outcome<never>> {
  const pull = await facts.pullRequest(commit);
  if (!pull) {
    const message = `The commit ${commit.slice(0, 7)} came without a pull request.`;
    return concludeFrom([found(notApproved, { message, place })]);
  }
  const name = `Pull request #${pull.number}`;
  if (pull.changesRequestedBy.length > 0) {
    const message = `${name}: ${pull.changesRequestedBy.join(', ')} asked for changes.`;
    return concludeFrom([found(notApproved, { message, place })]);
  }
  const team = await listMembers(wanted, facts);
  const approvers = listApprovers(pull, listNamed(wanted, team.members));
  const detail = `#${pull.number}, approved by ${approvers.join(', ') || 'no one'}`;
  if (approvers.length >= wanted.count) return concludeFrom([], detail);
  const asFarAsKnown = `#${pull.number}, approved by ${pull.approvals.map(({ user }) => user).join(', ')}, whose teams are unknown`;
  // An approver may belong to the team. With too few approvals in all, that makes no difference.
  if (team.refused && pull.approvals.length >= wanted.count)
    return {
      verdict: 'inconclusive',
      findings: [found(unreadableTeam, { message: team.refused, place })],
      detail: asFarAsKnown,
    };
  const message = `${name} has ${pluralize(approvers.length, 'approval')}${describeNamed(wanted)} for its last state, expected ${wanted.count}.`;
  return concludeFrom([found(notApproved, { message, place })], detail);
}

async function listMembers({ team }: Approvals, facts: CommitFacts): Promise<{ members: string[]; refused?: string }> {
  if (team === undefined) return { members: [] };
  const members = await facts.membersOfTeam(team);
  if (Array.isArray(members)) return { members };
  return { members: [], refused: `The gate cannot read the members of the team ${team}: ${members.refused}` };
}

function listNamed({ by, team }: Approvals, members: string[]): string[] | undefined {
  return by.length > 0 || team !== undefined ? [...by, ...members] : undefined;
}

function describeNamed({ by, team }: Approvals): string {
  const named = [...by, ...(team === undefined ? [] : [`the team ${team}`])];
  return named.length > 0 ? ` from ${named.join(', ')}` : '';
}
