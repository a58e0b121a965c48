import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { VercelService } from '../../config/schema/services.ts';
import { isCommitId } from '../../core/commit-id.ts';
import type { GateContext } from '../../core/context.ts';
import { type Finding, found } from '../../core/finding.ts';
import { autoDeploysOn } from '../findings.ts';
import { assignsDomains, type VercelProject } from './answers.ts';
import type { VercelApi } from './api.ts';
import { noRepository, rollingReleases, stagingNeedsDomain } from './findings.ts';
import { checkUpload } from './prebuilt.ts';

export interface Wanted {
  service: VercelService;
  repository: string;
  commit: string;
}

/** What would prevent a deploy, and what else makes versions live. */
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
    ...(await checkPushes(service, project, context)),
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

/** Whether pushes go live by themselves: the project is connected, and neither a setting nor vercel.json prevents it. */
async function checkPushes(service: VercelService, project: VercelProject, context: GateContext): Promise<Finding[]> {
  const { link } = project;
  if (!link || !assignsDomains(project)) return [];
  const branch = link.productionBranch ?? 'main';
  if (await isDisabledByFile(service, branch, context)) return [];
  const staged = service.strategy === 'stage-then-promote';
  const message = `Vercel makes every push to ${branch} of the project ${service.project} live${staged ? ', without the probes of `stage-then-promote`' : ''}.`;
  const help = `Set \`git.deploymentEnabled\` to false in vercel.json, or disconnect the repository from the project.`;
  return [found(autoDeploysOn, { severity: staged ? 'warning' : 'notice', message, help })];
}

/** docs: Vercel, vercel.json, `git.deploymentEnabled`: for all branches, or for each by its name. */
const configurationSchema = z.looseObject({
  git: z
    .looseObject({ deploymentEnabled: z.union([z.boolean(), z.record(z.string(), z.boolean())]).optional() })
    .optional(),
});

async function isDisabledByFile({ directory }: VercelService, branch: string, { workspace }: GateContext) {
  const text = await readFile(join(workspace, directory, 'vercel.json'), 'utf8').catch(() => ''); // often there is none
  const enabled = parseConfiguration(text)?.git?.deploymentEnabled;
  return typeof enabled === 'object' ? enabled[branch] === false : enabled === false;
}

function parseConfiguration(text: string) {
  try {
    return configurationSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // Vercel itself reports a broken file
  }
}
