import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import type { DeployOptions } from './options.ts';
import type { Target } from './target.ts';

export const nothingStaged: FindingKind = {
  code: 'deploy/nothing-staged',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service was to be promoted, and the release record has nothing of this commit that is staged for it.',
  cause: 'A step that does not hand over `record`, a stage that failed, or a record of another commit.',
  help: 'Pass the output `record` of the deploy step with `phase: stage` to the one with `phase: promote`.',
};

/** Why a service that is staged first cannot be promoted. */
export function obstaclesToPromotion(
  name: string,
  { phase, record, commit }: Pick<DeployOptions, 'phase' | 'record' | 'commit'>,
): Finding[] {
  if (phase !== 'promote') return [];
  const { staged } = record.services[name] ?? {};
  if (staged && (staged.commit ?? commit) === commit) return [];
  const what = staged ? `${staged.id} of ${staged.commit?.slice(0, 7)}` : 'nothing';
  return [found(nothingStaged, { message: `Of ${name}, ${what} is staged, and ${commit.slice(0, 7)} is released.` })];
}

/** Services that wait for one that is staged, and so for its promotion; in the phase `stage` only. */
export function leftForPromotion(targets: Target[], { phase, needs, commit }: DeployOptions): Set<string> {
  const later = new Set<string>();
  if (phase !== 'stage') return later;
  const unpromoted = new Set<string>();
  for (const { name, platform, before } of targets) {
    if (needs.get(name)?.some(earlier => unpromoted.has(earlier))) {
      unpromoted.add(name);
      later.add(name);
    } else if (platform.staging && !platform.carries(before, commit)) unpromoted.add(name);
  }
  return later;
}

/** Where each service that the record says is staged can be asked. */
export function stagedUrls({ services }: ReleaseRecord): Record<string, string> {
  return Object.fromEntries(
    Object.entries(services).flatMap(([name, { staged }]) => (staged ? [[name, staged.url ?? '']] : [])),
  );
}
