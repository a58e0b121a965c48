import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { VercelService } from '../../config/schema/services.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { toOneLine } from '../../core/one-line.ts';
import { unknownCommit } from '../findings.ts';
import { findProgram, omitInputs, run } from '../program.ts';
import { readProgramVersion } from '../program-version.ts';
import type { VercelDeployment } from './answers.ts';
import { metaOf, type NewDeployment } from './api.ts';
import { type Building, deploymentMade, takeBack } from './building.ts';
import { vercelCliVersion } from './cli-version.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const noPrebuilt: FindingKind = {
  ...delivery,
  code: 'deploy/no-prebuilt',
  meaning:
    'The service is to be deployed as it was built in the workflow, and there is no such build. Nothing was changed.',
  cause: 'A step with `vercel build --prod` that is missing or runs in another folder or job.',
  help: 'Run `vercel pull` and `vercel build --prod` before this gate, and name their folder with `directory`.',
};

export const noNpx: FindingKind = {
  ...delivery,
  code: 'deploy/no-npx',
  meaning: "A build is uploaded by Vercel's CLI, which cannot be run. Nothing was changed.",
  cause: 'A runner without Node.js.',
  help: 'Add `actions/setup-node` before this gate.',
};

export const uploadFailed: FindingKind = {
  ...delivery,
  code: 'platform/upload-failed',
  meaning: "Vercel's CLI has ended, and Vercel has no deployment of this release; what was live before still serves.",
  cause:
    'A package registry or Vercel that did not answer, or a build that Vercel does not accept. Its lines say which.',
  help: 'Mend what its last lines say, and run the gate again.',
};

/** npx fetches the CLI, which is too large to bundle. */
export const cli = `vercel@${vercelCliVersion}`;
/** Milliseconds; with the time that it takes to fetch it. */
const runsWithin = 120_000;

type Prebuilt = Pick<VercelService, 'project' | 'team' | 'directory'>;

/** What keeps the build from being uploaded, as far as it can be known beforehand. */
export async function obstaclesToUpload(
  commit: string,
  { directory }: Prebuilt,
  context: GateContext,
): Promise<Finding[]> {
  const { variables, workspace } = context;
  if (!/^[0-9a-f]{40}$/.test(commit)) {
    return [found(unknownCommit, { message: `The build cannot be marked with the commit "${commit}".` })];
  }
  const npx = await findProgram(['npx'], variables);
  if (npx === undefined) return [found(noNpx, { message: 'npx is not on the PATH.' })];
  const file = join(directory, '.vercel/output/config.json'); // docs: Vercel, Build Output API
  const there = await access(join(workspace, file)).then(
    () => true,
    () => false,
  );
  if (!there) return [found(noPrebuilt, { message: `There is no ${file} in the checkout.` })];
  const asked = {
    name: 'npx',
    file: npx,
    args: ['--yes', cli, '--version'],
    oldest: vercelCliVersion,
    timeout: runsWithin,
  };
  const told = await readProgramVersion(asked, context); // which also fetches it
  return 'problem' in told ? [told.problem] : [];
}

/**
 * Uploads the build by `vercel deploy --prebuilt`, which does not wait, and returns the deployment. The token is in the
 * variables only. Whatever the CLI says at its end, Vercel is asked for the deployment. Throws a GateError without one.
 */
export async function uploadBuild(
  wanted: NewDeployment,
  { directory, team }: Prebuilt,
  building: Building,
): Promise<VercelDeployment> {
  const { project, commit, staged } = wanted;
  const { context, signal, progress } = building;
  const { variables, workspace } = context;
  const npx = (await findProgram(['npx'], variables)) ?? 'npx';
  const deploy = ['deploy', '--prebuilt', '--prod', ...(staged ? ['--skip-domain'] : []), '--no-wait', '--yes'];
  const meta = Object.entries({ githubCommitSha: commit, ...metaOf(wanted) });
  const elsewhere = variables.VERCEL_API_URL ? ['--api', variables.VERCEL_API_URL] : [];
  const env = {
    ...omitInputs(variables),
    VERCEL_PROJECT_ID: project.id,
    VERCEL_ORG_ID: team ?? project.accountId ?? '',
    VERCEL_TELEMETRY_DISABLED: '1',
    NO_UPDATE_NOTIFIER: '1',
    NO_COLOR: '1',
    CI: '1',
  };
  progress.touched();
  progress.say(`npx ${cli} ${deploy.join(' ')}`);
  let last = '';
  const onLine = (text: string) => {
    if (text.trim() !== '') last = text.trim();
    progress.quote(text);
  };
  const args = [
    '--yes',
    cli,
    ...deploy,
    ...meta.flatMap(([key, value]) => ['--meta', `${key}=${value}`]),
    ...elsewhere,
  ];
  try {
    const status = await run({ file: npx, args, cwd: join(workspace, directory), env, signal, onLine });
    const made = await deploymentMade(wanted, building);
    if (made) return made;
    const message = `The CLI ended with status ${status}.${last ? ` Its last line: ${toOneLine(last, context.redactor)}` : ''}`;
    throw new GateError([found(uploadFailed, { message })]);
  } catch (error) {
    if (signal.aborted) await takeBack(wanted, building);
    throw error;
  }
}
