import { type CheckResult, collectValues } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import type { Recording } from '../../release/recording.ts';
import { checkAge } from './check-age.ts';
import { lookBefore } from './look-before.ts';
import type { DeployOptions } from './options.ts';
import { findLeftForPromotion, isDone } from './promotion.ts';
import { recordBefore } from './release-record.ts';
import type { Target } from './target.ts';
import { findWaysBack } from './ways-back.ts';

/** What is known before anything is changed. */
export interface Begun {
  targets: Target[];
  /** The services to change now. */
  waiting: Target[];
  /** The services that the promotion will change. */
  later: Set<string>;
  before: ReleaseRecord;
  /** Services that run this release although no record mentions it. */
  unrecorded: string[];
  checks: CheckResult[];
}

/** Checks everything that can be checked before a release. Changes nothing. */
export async function look(options: DeployOptions, recording: Recording, context: GateContext): Promise<Begun> {
  const { services } = options;
  const [looks, age] = await Promise.all([lookBefore(services, options, context), checkAge(options, context)]);
  const targets = collectValues(looks);
  const { unrecorded, ...waysBack } = await findWaysBack(targets, options, recording, context);
  const later = findLeftForPromotion(targets, options);
  return {
    targets,
    waiting: targets.filter(target => !isDone(target, target.before, options) && !later.has(target.name)),
    later,
    before: recordBefore(targets, options, waysBack.targets),
    unrecorded,
    checks: [...age, ...looks, ...waysBack.checks],
  };
}
