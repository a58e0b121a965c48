import { Refused } from '../../clients/api/errors.ts';
import type { VercelService } from '../../config/schema/services.ts';
import { GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import type { Deployment } from '../../core/record.ts';
import type { Live, Unfinished } from '../platform.ts';
import { type Alias, findCommit, getCreated, getId, type VercelDeployment } from './answers.ts';
import type { VercelApi } from './api.ts';
import { foreignDomain, redirectingDomain } from './findings.ts';

/** What the production domain leads to, or nothing while the project has no production deployment. */
export async function readLive(service: VercelService, api: VercelApi, signal: AbortSignal): Promise<Live> {
  const domain = service.domain ?? new URL(service.url).hostname;
  const [project, alias] = await Promise.all([api.readProject(signal), readAlias(domain, api, signal)]);
  if (alias instanceof Refused) {
    if (!project.targets?.production) return { deployment: undefined, others: [], down: false };
    throw alias;
  }
  if (alias.projectId && alias.projectId !== project.id) {
    const message = `The domain ${domain} belongs to the Vercel project ${alias.projectId}, not to ${service.project} (${project.id}).`;
    throw new GateError([found(foreignDomain, { message })]);
  }
  if (alias.redirect) {
    const message = `The domain ${domain} on Vercel only redirects to ${alias.redirect}.`;
    throw new GateError([found(redirectingDomain, { message })]);
  }
  if (!alias.deploymentId) return { deployment: undefined, others: [], down: false };
  const canary = await api.findCanary(project, signal);
  const [deployment, ...others] = await Promise.all(
    [alias.deploymentId, ...(canary === undefined || canary === alias.deploymentId ? [] : [canary])].map(async id =>
      toDeployment(await api.readDeployment(id, signal)),
    ),
  );
  return { deployment, others, down: false };
}

/** With what Vercel tells of the beginning of a deployment. */
export function toUnfinished(deployment: VercelDeployment): Unfinished {
  const { creator } = deployment;
  return {
    ...toDeployment(deployment),
    begunAt: new Date(getCreated(deployment)).toISOString(),
    ...(creator?.username && { begunBy: creator.username }),
  };
}

/** What the release record keeps of a deployment. */
export function toDeployment(deployment: VercelDeployment): Deployment {
  const commit = findCommit(deployment);
  const { url } = deployment;
  return { id: getId(deployment), ...(commit && { commit }), ...(url && { url: addScheme(url) }) };
}

/** Vercel does not know a domain without a deployment. */
async function readAlias(domain: string, api: VercelApi, signal: AbortSignal): Promise<Alias | Refused> {
  try {
    return await api.readAlias(domain, signal);
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return error;
    throw error;
  }
}

/** Vercel's API returns hosts. */
function addScheme(url: string): string {
  return /^https?:\/\//.test(url) ? url : `https://${url}`;
}
