import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { VercelService } from '../../config/schema/services.ts';
import type { GateContext } from '../../core/context.ts';
import { assignsDomains, type VercelProject } from './answers.ts';

/** docs: Vercel, project configuration, git.deploymentEnabled: for all branches, or by branch. */
const vercelJsonSchema = z.looseObject({
  git: z.looseObject({ deploymentEnabled: z.union([z.boolean(), z.record(z.string(), z.boolean())]) }),
});

/** The production branch whose pushes Vercel makes live by itself; undefined if none are. */
export async function readAutoDeploys(
  { directory }: VercelService,
  project: VercelProject,
  { workspace }: Pick<GateContext, 'workspace'>,
): Promise<string | undefined> {
  const { link } = project;
  if (!link || !assignsDomains(project)) return undefined;
  const branch = link.productionBranch ?? 'main';
  return (await isTurnedOff(branch, join(workspace, directory))) ? undefined : branch;
}

async function isTurnedOff(branch: string, folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'vercel.json'), 'utf8').catch(() => ''); // most projects have none
  const { git } = parseVercelJson(text) ?? {};
  const enabled = git?.deploymentEnabled;
  return typeof enabled === 'object' ? enabled[branch] === false : enabled === false;
}

function parseVercelJson(text: string): z.infer<typeof vercelJsonSchema> | undefined {
  try {
    return vercelJsonSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // Vercel reports a broken file when it builds
  }
}
