import type { VercelService } from '../../config/schema/services.ts';
import { isCommitId } from '../../core/commit-id.ts';
import type { GateContext } from '../../core/context.ts';
import { type Finding, found } from '../../core/finding.ts';
import type { VercelApi } from './api.ts';
import { noRepository, rollingReleases, stagingNeedsDomain } from './findings.ts';
import { checkUpload } from './prebuilt.ts';

export interface Wanted {
  service: VercelService;
  repository: string;
  commit: string;
}

/** What would prevent a deploy. */
export async function checkDeploy(
  { service, repository, commit }: Wanted,
  api: VercelApi,
  context: GateContext,
  signal: AbortSignal,
): Promise<Finding[]> {
  const ofSource = await checkSource({ service, repository, commit }, context);
  if (ofSource.length > 0) return ofSource;
  const project = await api.readProject(signal);
  return [
    ...(project.rollingRelease
      ? [found(rollingReleases, { message: `The project ${service.project} has Rolling Releases on Vercel.` })]
      : []),
    ...checkStaging(service),
  ];
}

async function checkSource({ service, repository, commit }: Wanted, context: GateContext): Promise<Finding[]> {
  if (service.prebuilt) return checkUpload(commit, service, context);
  if (/^[^/\s]+\/[^/\s]+$/.test(repository) && isCommitId(commit)) return [];
  const message = `Vercel cannot build the project ${service.project}: the repository is "${repository}" and the commit "${commit}".`;
  return [found(noRepository, { message })];
}

/** docs: Vercel, autoAssignCustomDomains: of a deployment, it keeps custom domains back. */
function checkStaging({ strategy, domain, url }: VercelService): Finding[] {
  const host = domain ?? new URL(url).hostname;
  if (strategy !== 'stage-then-promote' || !host.endsWith('.vercel.app')) return [];
  return [found(stagingNeedsDomain, { message: `The domain ${host} is one of Vercel's own.` })];
}
