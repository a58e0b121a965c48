import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { findNearest } from '../../../core/nearest.ts';
import { placeAt } from '../sql/place.ts';

export const allowanceWithoutReasonFinding: FindingKind = {
  code: 'schema/allowance-without-reason',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A comment allows a finding and does not say why, so it allows nothing.',
  cause: 'A comment that was copied, or written in a hurry.',
  help: 'Write the reason behind the code: `-- release-gates: allow schema/drops-column nobody reads it since v42`.',
};

export const unknownAllowanceFinding: FindingKind = {
  code: 'schema/unknown-allowance',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A comment allows a finding that does not exist, so it allows nothing.',
  cause: 'A misspelt code, or one without the `schema/` before it.',
  help: 'Write the code as the report has it.',
};

export const unusedAllowanceFinding: FindingKind = {
  code: 'schema/unused-allowance',
  severity: 'notice',
  boundary: 'data',
  meaning: 'A comment allows a finding that the statement below it does not make.',
  cause: 'A statement that was changed since, or a comment that does not stand directly above its statement.',
  help: 'Take it away, or put it above the statement that it is meant for.',
};

/** A comment beside the SQL that lets one kind of finding pass. */
export interface Allowance {
  code: string;
  reason: string;
  /** Where in the script the comment stands. */
  index: number;
  used: boolean;
}

const comment = /(?:--|\/\*)[ \t]*release-gates:?[ \t]*allow[ \t]+([\w/-]+)[ \t]*((?:(?!\*\/).)*)/g;

export function allowancesIn(script: string): Allowance[] {
  if (!script.includes('release-gates')) return [];
  return Array.from(script.matchAll(comment), ({ 1: code = '', 2: reason = '', index }) => {
    return { code, reason: reason.trim(), index, used: false };
  });
}

/**
 * The range of the script in which a comment counts for a statement: from the end of the one before to its own line's.
 */
export interface Reach {
  from: number;
  to: number;
}

export function allowanceFor(allowances: Allowance[], code: string, { from, to }: Reach): Allowance | undefined {
  const found = allowances.find(one => one.code === code && one.reason !== '' && one.index >= from && one.index <= to);
  if (found) found.used = true;
  return found;
}

/** What is to be said of comments that allow nothing. */
export function findingsOfAllowances(
  allowances: Allowance[],
  knownCodes: string[],
  script: string,
  path: string,
): Finding[] {
  return allowances.flatMap(({ code, reason, index, used }) => {
    const place = placeAt(script, index, path);
    if (!knownCodes.includes(code)) {
      const near = findNearest(code.includes('/') ? code : `schema/${code}`, knownCodes);
      const help = `${near ? `Did you mean "${near}"? ` : ''}${unknownAllowanceFinding.help}`;
      return [found(unknownAllowanceFinding, { message: `There is no finding ${code} to be allowed.`, help, place })];
    }
    if (reason === '')
      return [found(allowanceWithoutReasonFinding, { message: `Nothing says why ${code} is allowed.`, place })];
    if (used) return [];
    return [
      found(unusedAllowanceFinding, { message: `${code} is allowed here, and the statement does not make it.`, place }),
    ];
  });
}
