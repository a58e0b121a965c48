import type { Deployment } from '../core/record.ts';
import type { Live } from './platform.ts';

/** Whether both were made from the same commit or image; not where that is unknown of one. */
export function isSameCode(one: Deployment, other: Deployment): boolean {
  if (one.commit !== undefined && other.commit !== undefined) return one.commit === other.commit;
  return one.image !== undefined && one.image === other.image;
}

/**
 * Whether a deployment is what serves, and nothing else, on a platform that goes back by a new deployment of the old
 * code: its id is then another one.
 */
export function isSameRelease({ deployment, others, down, restored }: Live, wanted: Deployment): boolean {
  if (down || deployment === undefined || others.length > 0) return false;
  return deployment.id === wanted.id || (restored === true && isSameCode(deployment, wanted));
}
