import type { Deployment } from '../../core/record.ts';
import { commitInTag } from '../image.ts';
import type { Live } from '../platform.ts';
import type { RailwayDeployment } from './api.ts';

/** `SLEEPING` is awake with the next request; the others of these states have broken down. */
const serving = ['SUCCESS', 'SLEEPING'];
const broken = ['CRASHED', 'FAILED'];

/** What the active deployments are; one that is still on its way does not serve yet. */
export function liveOf(active: RailwayDeployment[], url: string): Live {
  const counting = active.filter(({ status }) => serving.includes(status) || broken.includes(status));
  const [deployment, ...others] = counting.map(one => deploymentOf(one, url));
  const down = counting.some(({ status, deploymentStopped }) => broken.includes(status) || deploymentStopped);
  // Railway does not tell a deployment of a rollback from another one: the code says what is live.
  return { deployment, others, down, restored: true };
}

export function deploymentOf({ id, meta }: RailwayDeployment, url: string): Deployment {
  const { commitHash, image } = meta ?? {};
  const commit = commitHash ?? (image && commitInTag(image));
  return { id, ...(commit && { commit }), ...(image && { image }), url };
}
