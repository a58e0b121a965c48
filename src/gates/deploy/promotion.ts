import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { Live } from '../../platforms/platform.ts';
import type { DeployOptions } from './options.ts';
import type { Target } from './target.ts';

export const nothingStaged: FindingKind = {
  code: 'deploy/nothing-staged',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service cannot be promoted, because the release record has no staged deployment of this commit.',
  cause: 'The step lacks the input `record`, the stage failed, or the record belongs to another commit.',
  help: 'Pass the output `record` of the deploy step with `phase: stage` to the step with `phase: promote`.',
};

/** What decides whether a service can be promoted. */
export type PromotionOptions = Pick<DeployOptions, 'commit' | 'phase' | 'record' | 'again'>;

/**
 * Whether nothing has to change on a service: it runs the release, and nobody asked for it again. A promotion only shows
 * what was staged; everything else was released with the stage.
 */
export function isDone(
  { name, platform }: Pick<Target, 'name' | 'platform'>,
  before: Live,
  { commit, record, again, phase }: PromotionOptions,
): boolean {
  if (!platform.carries(before, commit)) return false;
  if (!again.includes(name)) return true;
  const { staged } = record.services[name] ?? {};
  return phase === 'promote' && (staged === undefined || staged.id === before.deployment?.id);
}

/** Why a service that is staged first cannot be promoted. */
export function findObstaclesToPromotion(name: string, { phase, record, commit }: PromotionOptions): Finding[] {
  if (phase !== 'promote') return [];
  const { staged } = record.services[name] ?? {};
  if (staged && (staged.commit ?? commit) === commit) return [];
  const what = staged ? `${staged.id} of ${staged.commit?.slice(0, 7)}` : 'nothing';
  const message = `For ${name}, ${what} is staged, but this step releases ${commit.slice(0, 7)}.`;
  return [found(nothingStaged, { message })];
}

/** In the phase `stage`, the services that wait for a staged one, so they are released by the promotion. */
export function findLeftForPromotion(
  targets: Target[],
  options: PromotionOptions & Pick<DeployOptions, 'needs'>,
): Set<string> {
  const { phase, needs, commit } = options;
  const later = new Set<string>();
  if (phase !== 'stage') return later;
  const unpromoted = new Set<string>();
  for (const target of targets) {
    const { name, platform, before } = target;
    const waits = needs.get(name)?.some(earlier => unpromoted.has(earlier));
    if (waits && !platform.carries(before, commit)) {
      unpromoted.add(name);
      later.add(name);
    } else if (platform.staging && !isDone(target, before, options)) unpromoted.add(name);
  }
  return later;
}
