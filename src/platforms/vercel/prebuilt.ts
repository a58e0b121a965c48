import { join } from 'node:path';
import { makeChildEnvironment } from '../../clients/child-environment.ts';
import type { VercelService } from '../../config/schema/services.ts';
import { isCommitId } from '../../core/commit-id.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import { unknownCommit } from '../findings.ts';
import { findProgram, isAccessible, pickVariables, runQuoted } from '../program.ts';
import { readProgramVersion } from '../program-version.ts';
import type { VercelDeployment } from './answers.ts';
import { buildMeta, type NewDeployment } from './api.ts';
import { vercelCliVersion } from './cli-version.ts';
import type { Deploying } from './deploying.ts';
import { noNpx, noPrebuilt, uploadFailed } from './findings.ts';
import { findCreated, takeBack } from './start-build.ts';

/** npx fetches the CLI, which is too large to bundle. */
export const cli = `vercel@${vercelCliVersion}`;
/** Milliseconds, including the time to fetch it. */
const runsWithin = 120_000;

type Prebuilt = Pick<VercelService, 'project' | 'team' | 'directory'>;

/** What would prevent the upload of the build, as far as it can be known beforehand. */
export async function checkUpload(commit: string, { directory }: Prebuilt, context: GateContext): Promise<Finding[]> {
  const { variables, workspace } = context;
  if (!isCommitId(commit)) {
    return [found(unknownCommit, { message: `The build cannot be marked with the commit "${commit}".` })];
  }
  const npx = await findProgram(['npx'], variables);
  if (npx === undefined) return [found(noNpx, { message: 'npx is not on the PATH.' })];
  const file = join(directory, '.vercel/output/config.json'); // docs: Vercel, Build Output API
  if (!(await isAccessible(join(workspace, file)))) {
    return [found(noPrebuilt, { message: `The checkout has no ${file}.` })];
  }
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
 * Uploads the build by `vercel deploy --prebuilt`, which does not wait, and returns the deployment. The token is only in
 * the variables. Vercel decides whether there is a deployment, not the CLI. Throws a GateError if there is none.
 */
export async function uploadBuild(
  wanted: NewDeployment,
  { directory, team }: Prebuilt,
  deploying: Deploying,
): Promise<VercelDeployment> {
  const { project, commit, staged } = wanted;
  const { context, signal, progress } = deploying;
  const { variables, workspace } = context;
  const npx = (await findProgram(['npx'], variables)) ?? 'npx';
  const deploy = ['deploy', '--prebuilt', '--prod', ...(staged ? ['--skip-domain'] : []), '--no-wait', '--yes'];
  const meta = Object.entries({ githubCommitSha: commit, ...buildMeta(wanted) });
  const elsewhere = variables.VERCEL_API_URL ? ['--api', variables.VERCEL_API_URL] : [];
  const env = makeChildEnvironment(context, {
    ...pickVariables(variables, 'VERCEL_'),
    ...pickVariables(variables, 'NODE_AUTH_TOKEN'), // .npmrc of actions/setup-node names it
    VERCEL_PROJECT_ID: project.id,
    VERCEL_ORG_ID: team ?? project.accountId ?? '',
    VERCEL_TELEMETRY_DISABLED: '1',
    NO_UPDATE_NOTIFIER: '1',
    NO_COLOR: '1',
    CI: '1',
  });
  progress.touched();
  progress.say(`npx ${cli} ${deploy.join(' ')}`);
  const args = [
    '--yes',
    cli,
    ...deploy,
    ...meta.flatMap(([key, value]) => ['--meta', `${key}=${value}`]),
    ...elsewhere,
  ];
  try {
    const program = { file: npx, args, cwd: join(workspace, directory), env, signal };
    const { summary } = await runQuoted('The CLI', program, { progress, redactor: context.redactor });
    const created = await findCreated(wanted, deploying);
    if (created) return created;
    throw new GateError([found(uploadFailed, { message: summary })]);
  } catch (error) {
    if (signal.aborted) await takeBack(wanted, deploying);
    throw error;
  }
}
