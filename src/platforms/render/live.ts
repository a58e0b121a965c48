import type { Deployment } from '../../core/record.ts';
import { commitInTag, pinDigest } from '../image.ts';
import type { Live } from '../platform.ts';
import type { RenderApi, RenderDeploy } from './api.ts';

/** The deploy whose status is `live`: of the others, `deactivated` ones have been it. */
export async function liveOf(api: RenderApi, url: string, signal: AbortSignal): Promise<Live> {
  const [deploy] = await api.deploys(signal, 'live');
  if (deploy === undefined) return { deployment: undefined, others: [], down: false };
  return { deployment: deploymentOf(deploy, url), others: [], down: false, restored: deploy.trigger === 'rollback' };
}

export function deploymentOf({ id, commit, image }: RenderDeploy, url: string): Deployment {
  const made = image?.ref && pinDigest(image.ref, image.sha);
  const from = commit?.id ?? (made && commitInTag(made));
  return { id, ...(from && { commit: from }), ...(made && { image: made }), url };
}
