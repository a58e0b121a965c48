import type { Deployment } from '../core/record.ts';
import type { Live } from './platform.ts';

/** Whether both were made from the same commit or image. False where that is unknown for one of them. */
export function isSameCode(one: Deployment, other: Deployment): boolean {
  if (one.commit !== undefined && other.commit !== undefined) return one.commit === other.commit;
  return one.image !== undefined && one.image === other.image;
}

/**
 * Whether only this deployment serves, on a platform that rolls back with a new deployment of the old code, which then
 * has another id.
 */
export function isSameRelease({ deployment, others, down, restored }: Live, wanted: Deployment): boolean {
  if (down || deployment === undefined || others.length > 0) return false;
  return deployment.id === wanted.id || (restored === true && isSameCode(deployment, wanted));
}
