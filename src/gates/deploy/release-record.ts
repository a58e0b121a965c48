import type { Deployment, ReleaseRecord } from '../../core/record.ts';
import type { Live } from '../../platforms/platform.ts';
import { type Changed, findNewDeployment } from '../../release/change-service.ts';
import type { Carried } from './change-all.ts';
import { isDone, type PromotionOptions } from './promotion.ts';
import type { Target } from './target.ts';
import { isReached } from './ways-back.ts';

/** The record with what was live on every service before the release. `waysBack`: of services that it has reached. */
export function recordBefore(
  targets: Target[],
  options: PromotionOptions,
  waysBack: Map<string, Deployment>,
): ReleaseRecord {
  const { record, commit } = options;
  const services = targets.map(target => {
    const { name, service, before } = target;
    const { staged, by } = isDone(target, before, options) ? {} : (record.services[name] ?? {});
    const deployment = isReached(target, commit) ? waysBack.get(name) : before.deployment;
    const noted = { ...(deployment && { before: deployment }), ...(staged && { staged, ...(by && { by }) }) };
    return [name, { platform: service.platform, ...noted }];
  });
  return { ...record, commit, services: { ...record.services, ...Object.fromEntries(services) } };
}

/** The record with what is live after the release, as far as it is known. */
export function recordAfter(record: ReleaseRecord, targets: Target[], changes: Map<string, Carried>): ReleaseRecord {
  const services = targets.flatMap(({ name, before }) => {
    const noted = record.services[name];
    if (noted === undefined) return [];
    const { staged: stagedBefore, state: _state, ...known } = noted;
    const change = changes.get(name);
    const after = findLiveAfter(before, change);
    const staged = change ? change.staged : stagedBefore;
    const by = change?.by ?? known.by;
    const state = change && change.live === undefined ? { state: 'unknown' as const } : {};
    return [[name, { ...known, ...(after && { after }), ...(staged && { staged }), ...(by && { by }), ...state }]];
  });
  return { ...record, services: { ...record.services, ...Object.fromEntries(services) } };
}

function findLiveAfter(before: Live, change: Changed | undefined): Deployment | undefined {
  if (change === undefined) return before.deployment;
  return change.live && findNewDeployment(before, change.live);
}
