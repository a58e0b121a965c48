import { Refused } from '../../clients/api/errors.ts';
import type { VercelService } from '../../config/schema/services.ts';
import { GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import type { Deployment } from '../../core/record.ts';
import type { Live } from '../platform.ts';
import { type Alias, commitOf, idOf, type VercelDeployment } from './answers.ts';
import type { VercelApi } from './api.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const foreignDomain: FindingKind = {
  ...delivery,
  code: 'platform/foreign-domain',
  meaning: 'The domain of the service does not belong to its project, so a deploy would never reach its users.',
  cause: 'The `url` or `project` of another service, or a domain that was moved to another project.',
  help: 'Compare `project` and `url` of the service with Settings → Domains of the project on Vercel.',
};

export const redirectingDomain: FindingKind = {
  ...delivery,
  code: 'platform/redirecting-domain',
  meaning: 'The domain only redirects to another one, so what it serves cannot be told.',
  cause: 'A `url` without `www.` where the project redirects to it, or the reverse.',
  help: 'Use the domain that it redirects to as `url` of the service.',
};

/** What the production domain leads to. Nothing, where the project has no production deployment yet. */
export async function liveOf(service: VercelService, api: VercelApi, signal: AbortSignal): Promise<Live> {
  const domain = service.domain ?? new URL(service.url).hostname;
  const [project, alias] = await Promise.all([api.project(signal), aliasOf(domain, api, signal)]);
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
  return { deployment: deploymentOf(await api.deployment(alias.deploymentId, signal)), others: [], down: false };
}

/** What the release record keeps of a deployment. */
export function deploymentOf(deployment: VercelDeployment): Deployment {
  const commit = commitOf(deployment);
  const { url } = deployment;
  return { id: idOf(deployment), ...(commit && { commit }), ...(url && { url: withScheme(url) }) };
}

/** A domain without a deployment is not known to Vercel. */
async function aliasOf(domain: string, api: VercelApi, signal: AbortSignal): Promise<Alias | Refused> {
  try {
    return await api.alias(domain, signal);
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return error;
    throw error;
  }
}

/** Vercel gives hosts. */
function withScheme(url: string): string {
  return /^https?:\/\//.test(url) ? url : `https://${url}`;
}
