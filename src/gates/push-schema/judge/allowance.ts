import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { findNearest } from '../../../core/nearest.ts';
import { placeAt } from '../sql/place.ts';

export const allowanceWithoutReasonFinding: FindingKind = {
  code: 'schema/allowance-without-reason',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A comment allows a finding without a reason, so it allows nothing.',
  cause: 'A comment that was copied, or written in a hurry.',
  help: 'Write the reason after the code: `-- release-gates: allow schema/drops-column nobody reads it since v42`.',
};

export const unknownAllowanceFinding: FindingKind = {
  code: 'schema/unknown-allowance',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A comment allows a finding that does not exist, so it allows nothing.',
  cause: 'A misspelt code, or one without `schema/`.',
  help: 'Write the code as the report shows it.',
};

export const unusedAllowanceFinding: FindingKind = {
  code: 'schema/unused-allowance',
  severity: 'notice',
  boundary: 'data',
  meaning: 'A comment allows a finding that the statement below it does not cause.',
  cause: 'A statement that has changed since, or a comment that is not directly above its statement.',
  help: 'Remove it, or move it above the statement that it is meant for.',
};

/** A comment in the SQL that allows one kind of finding. */
export interface Allowance {
  code: string;
  reason: string;
  /** The position of the comment in the script. */
  index: number;
  used: boolean;
}

const comment = /(?:--|\/\*)[ \t]*release-gates:?[ \t]*allow[ \t]+([\w/-]+)[ \t]*((?:(?!\*\/).)*)/g;

export function parseAllowances(script: string): Allowance[] {
  if (!script.includes('release-gates')) return [];
  return Array.from(script.matchAll(comment), ({ 1: code = '', 2: reason = '', index }) => {
    return { code, reason: reason.trim(), index, used: false };
  });
}

/** The range in which a comment counts for a statement: from the end of the previous one to the end of its own line. */
export interface Reach {
  from: number;
  to: number;
}

export function findAllowance(allowances: Allowance[], code: string, { from, to }: Reach): Allowance | undefined {
  const found = allowances.find(one => one.code === code && one.reason !== '' && one.index >= from && one.index <= to);
  if (found) found.used = true;
  return found;
}

/** Reports the comments that allow nothing. */
export function reportAllowances(
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
      return [
        found(unknownAllowanceFinding, {
          message: `The comment allows ${code}, but there is no such finding.`,
          help,
          place,
        }),
      ];
    }
    if (reason === '')
      return [found(allowanceWithoutReasonFinding, { message: `The comment allows ${code} without a reason.`, place })];
    if (used) return [];
    return [
      found(unusedAllowanceFinding, {
        message: `The comment allows ${code}, but the statement does not cause it.`,
        place,
      }),
    ];
  });
}
