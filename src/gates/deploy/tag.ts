import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { explainError, GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { reportOutcome } from '../../core/run-to-end.ts';
import type { Tags } from '../../core/tags.ts';

export const notTagged: FindingKind = {
  code: 'deploy/not-tagged',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The release is live, and its commit has no tag that says so.',
  cause:
    'A job without `permissions: { contents: write }`, a ruleset that protects tags, or an API that did not answer.',
  help: 'Give the job the permission, or tag the commit by hand.',
};

/** So many releases of one minute get a tag each. */
const mostOfAMinute = 9;

export interface Tagging {
  tags: Tags;
  /** Empty where no tag is wanted. */
  prefix: string;
}

/** Tags the commit of a release, as `prod-20261120-0915` in UTC. That it cannot be done is said, and fails nothing. */
export async function tagRelease(
  { tags, prefix }: Tagging,
  commit: string,
  context: GateContext,
): Promise<{ tag: string; checks: CheckResult[] }> {
  if (prefix === '') return { tag: '', checks: [] };
  const name = `${prefix}-${stampOf(context.clock.now())}`;
  try {
    for (let nth = 1; nth <= mostOfAMinute; nth++) {
      const tag = nth === 1 ? name : `${name}-${nth}`;
      if (await tags.create(tag, commit)) return { tag, checks: [] };
    }
    throw new Error(`${mostOfAMinute} releases have been tagged in this minute`);
  } catch (error) {
    const help = error instanceof GateError ? error.findings[0]?.help : undefined;
    const message = `The tag ${name} was not made: ${explainError(error)}.`;
    const findings = [found(notTagged, { message, ...(help && { help }) })];
    return { tag: '', checks: [reportOutcome('tag', { verdict: 'passed', findings }, context)] };
  }
}

function stampOf(at: number): string {
  const [, year, month, day, hour, minute] = /(\d+)-(\d+)-(\d+)T(\d+):(\d+)/.exec(new Date(at).toISOString()) ?? [];
  return `${year}${month}${day}-${hour}${minute}`;
}
