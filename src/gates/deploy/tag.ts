import { type Attempted, bestEffort } from '../../core/best-effort.ts';
import { passed } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import type { FindingKind } from '../../core/finding.ts';
import type { Tags } from '../../core/tags.ts';

export const notTagged: FindingKind = {
  code: 'deploy/not-tagged',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The release is live, but its commit was not tagged.',
  cause: 'The job lacks `permissions: { contents: write }`, a ruleset protects tags, or GitHub did not answer.',
  help: 'Give the job the permission, or tag the commit by hand.',
};

/** How many releases within one minute get a tag each. */
const mostInMinute = 9;

export interface Tagging {
  tags: Tags;
  /** Empty: no tag is wanted. */
  prefix: string;
}

/** Tags the commit of a release, such as `prod-20261120-0915` in UTC. Failing to do so never changes the verdict. */
export async function tagRelease(
  { tags, prefix }: Tagging,
  commit: string,
  context: GateContext,
): Promise<Attempted<string>> {
  if (prefix === '') return { value: undefined, checks: [] };
  const name = `${prefix}-${formatMinute(context.clock.now())}`;
  const effort = { name: 'tag', kind: notTagged, failure: `The tag ${name} was not created` };
  return bestEffort(effort, async () => ({ ...passed(), value: await createTag(tags, name, commit) }), context);
}

/** Creates the first tag of this name that is free, such as `prod-20261120-0915-2`, and returns it. */
async function createTag(tags: Tags, name: string, commit: string): Promise<string> {
  for (let nth = 1; nth <= mostInMinute; nth++) {
    const tag = nth === 1 ? name : `${name}-${nth}`;
    if (await tags.create(tag, commit)) return tag;
  }
  throw new Error(`${mostInMinute} releases were tagged within this minute`);
}

function formatMinute(at: number): string {
  const [, year, month, day, hour, minute] = /(\d+)-(\d+)-(\d+)T(\d+):(\d+)/.exec(new Date(at).toISOString()) ?? [];
  return `${year}${month}${day}-${hour}${minute}`;
}
