import type { Deployment } from '../../core/record.ts';
import { findCommitInTag, pinDigest } from '../image.ts';
import type { Live, Unfinished } from '../platform.ts';
import type { RenderApi, RenderDeploy } from './api.ts';

/** Render has one deploy with the status `live`; the ones before it are `deactivated`. */
export async function readLive(api: RenderApi, url: string, signal: AbortSignal): Promise<Live> {
  const [deploy] = await api.listDeploys(signal, 'live');
  if (deploy === undefined) return { deployment: undefined, others: [], down: false };
  return { deployment: toDeployment(deploy, url), others: [], down: false, restored: deploy.trigger === 'rollback' };
}

/** With what Render tells of the beginning of a deploy. */
export function toUnfinished(deploy: RenderDeploy, url: string): Unfinished {
  const { createdAt, trigger } = deploy;
  return {
    ...toDeployment(deploy, url),
    ...(createdAt && { begunAt: createdAt }),
    ...(trigger && { begunBy: trigger }),
  };
}

export function toDeployment({ id, commit, image }: RenderDeploy, url: string): Deployment {
  const made = image?.ref && pinDigest(image.ref, image.sha);
  const from = commit?.id ?? (made && findCommitInTag(made));
  return { id, ...(from && { commit: from }), ...(made && { image: made }), url };
}
