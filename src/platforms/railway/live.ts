import type { Deployment } from '../../core/record.ts';
import { findCommitInTag } from '../image.ts';
import type { Live, Unfinished } from '../platform.ts';
import type { RailwayDeployment } from './api.ts';

/** A `SLEEPING` deployment wakes up with the next request. */
const serving = ['SUCCESS', 'SLEEPING'];
const broken = ['CRASHED', 'FAILED'];

/** What is live, by the active deployments. One that is still on its way does not serve yet. */
export function toLive(active: RailwayDeployment[], url: string): Live {
  const counting = active.filter(({ status }) => serving.includes(status) || broken.includes(status));
  const [deployment, ...others] = counting.map(one => toDeployment(one, url));
  // One that succeeded and has stopped is a cron job or a worker that has done its work.
  const down = counting.some(({ status }) => broken.includes(status));
  // Railway does not mark the deployment of a rollback, so the code decides what is live.
  return { deployment, others, down, restored: true };
}

/** With what Railway tells of the beginning of a deployment. */
export function toUnfinished(one: RailwayDeployment, url: string): Unfinished {
  const { createdAt, meta } = one;
  const { commitAuthor } = meta ?? {};
  return {
    ...toDeployment(one, url),
    ...(createdAt && { begunAt: createdAt }),
    ...(commitAuthor && { begunBy: commitAuthor }),
  };
}

export function toDeployment({ id, meta }: RailwayDeployment, url: string): Deployment {
  const { commitHash, image } = meta ?? {};
  const commit = commitHash ?? (image && findCommitInTag(image));
  return { id, ...(commit && { commit }), ...(image && { image }), url };
}
