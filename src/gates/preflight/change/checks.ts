import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { CommitCheck } from '../../../core/commit-facts.ts';
import { type Finding, type FindingKind, found, type Place } from '../../../core/finding.ts';
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

async function checkChecks(
  wanted: string[],
  { commit, facts, place, findPlace }: ChangeRequest,
): Promise<Outcome<never>> {
  const known = await facts.checks(commit);
  const all = known.filter(({ ofThisRun }) => !ofThisRun);
  const own = known.filter(({ ofThisRun }) => ofThisRun);
  const short = commit.slice(0, 7);
  const findNotPassed = ({ name, state, said }: CommitCheck, place: Place): Finding[] => {
    if (state === 'success') return [];
    const is = state === 'pending' ? `is not finished (${said})` : `ended with ${said}`;
    return [found(checkNotGreen, { message: `The check "${name}" of ${short} ${is}.`, place })];
  };
  if (wanted.length === 0) {
    const none = found(checkNotGreen, { message: `The commit ${short} has no checks at all.`, place });
    const findings = all.length === 0 ? [none] : all.flatMap(check => findNotPassed(check, place));
    return concludeFrom([...findings, ...reportLeftOut(own, place)], pluralize(all.length, 'check'));
  }
  const findings = wanted.flatMap((pattern, index) => {
    const place = findPlace(index);
    const fitting = all.filter(({ name }) => matchesName(pattern, name));
    if (fitting.length > 0) return fitting.flatMap(check => findNotPassed(check, place));
    if (own.some(({ name }) => matchesName(pattern, name))) {
      const message = `The check "${pattern}" is a job of this run, so the gate leaves it out.`;
      return [found(checkNotGreen, { message, help: helpWithOwnJobs, place })];
    }
    const names = all.map(({ name }) => name);
    const message = `The commit ${short} has no check "${pattern}"${names.length === 0 ? ', nor any other' : ''}.`;
    const help = names.length === 0 ? checkNotGreen.help : suggestName(pattern, names);
    return [found(checkNotGreen, { message, help, place })];
  });
  return concludeFrom(findings, wanted.join(', '));
}

const helpWithOwnJobs =
  'Name the job in `needs` of the job that runs this gate; GitHub then starts it only if that job passed.';

/** With all checks wanted, a failed job of this run would go unnoticed. */
function reportLeftOut(own: CommitCheck[], place: Place): Finding[] {
  const failed = own.filter(({ state }) => state === 'failure').map(({ name }) => name);
  if (failed.length === 0) return [];
  const message = `The gate leaves out the jobs of this run, of which these failed: ${failed.join(', ')}.`;
  return [found(checkNotGreen, { message, severity: 'warning', help: helpWithOwnJobs, place })];
}

/** Whether a name fits a pattern in which `*` stands for any text. */
function matchesName(pattern: string, name: string): boolean {
  const escaped = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(name);
}
