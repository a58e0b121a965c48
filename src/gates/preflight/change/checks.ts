import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { CommitCheck } from '../../../core/commit-facts.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { suggestName } from '../../../core/nearest.ts';
import { pluralize } from '../../../core/plural.ts';
import type { ChangeCheck, ChangeRequest } from './change-check.ts';

export const checkNotGreen: FindingKind = {
  code: 'change/check-not-green',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A check of the commit failed, is not finished, or never ran.',
  cause: 'The tests of the commit fail, or the release did not wait for them.',
  help: 'Open the check on GitHub, and release a commit on which it passes.',
};

/** The named checks exist and have passed; a name with `*` stands for every match, of which there must be one. */
export const checks: ChangeCheck = {
  name: 'checks',
  boundary: 'delivery',
  plan: ({ checks }) => checks && (request => checkChecks(checks, request)),
};

async function checkChecks(wanted: string[], { commit, facts, place }: ChangeRequest): Promise<Outcome<never>> {
  const all = await facts.checks(commit);
  const short = commit.slice(0, 7);
  const findNotPassed = ({ name, state, said }: CommitCheck): Finding[] => {
    if (state === 'success') return [];
    const is = state === 'pending' ? `is not finished (${said})` : `ended with ${said}`;
    return [found(checkNotGreen, { message: `The check "${name}" of ${short} ${is}.`, place })];
  };
  if (wanted.length === 0) {
    const none = found(checkNotGreen, { message: `The commit ${short} has no checks at all.`, place });
    return concludeFrom(all.length === 0 ? [none] : all.flatMap(findNotPassed), pluralize(all.length, 'check'));
  }
  const findings = wanted.flatMap(pattern => {
    const fitting = all.filter(({ name }) => matchesName(pattern, name));
    if (fitting.length > 0) return fitting.flatMap(findNotPassed);
    const known = all.map(({ name }) => name);
    const message = `The commit ${short} has no check "${pattern}"${known.length === 0 ? ', nor any other' : ''}.`;
    const help = known.length === 0 ? checkNotGreen.help : suggestName(pattern, known);
    return [found(checkNotGreen, { message, help, place })];
  });
  return concludeFrom(findings, wanted.join(', '));
}

/** Whether a name fits a pattern in which `*` stands for any text. */
function matchesName(pattern: string, name: string): boolean {
  const escaped = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(name);
}
