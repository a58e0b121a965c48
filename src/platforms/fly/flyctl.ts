import { join } from 'node:path';
import { makeChildEnvironment } from '../../clients/child-environment.ts';
import type { FlyService } from '../../config/schema/services.ts';
import { isCommitId } from '../../core/commit-id.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import { failChange } from '../conclude-change.ts';
import type { ChangeContext } from '../deploying.ts';
import { notLive, unknownCommit } from '../findings.ts';
import type { Change, Live } from '../platform.ts';
import { pollUntil } from '../polling.ts';
import { findProgram, isAccessible, pickVariables, runQuoted } from '../program.ts';
import { readProgramVersion } from '../program-version.ts';
import type { FlyApi } from './api.ts';
import {
  checksFailing,
  flyctlComplained,
  flyctlFailed,
  flyctlUnverified,
  noFlyToml,
  noImageNamed,
} from './findings.ts';
import { findCommit, isAsleep, listDeclaredChecks, type Machine, selectAppMachines } from './machine.ts';
import { readFlyToken } from './token.ts';

/** Before this version, flyctl could also deploy to Nomad instead of machines (superfly/flyctl pull request 3250). */
const oldest = '0.1.149';

/** Milliseconds. flyctl has waited for the machines already, so they show it almost at once. */
const seenWithin = 30_000;

export interface FlyctlDeploy extends ChangeContext {
  service: FlyService;
  api: FlyApi;
  readLive(signal: AbortSignal): Promise<Live>;
}

/** What would keep flyctl from a deploy, as far as it can be known beforehand. */
export async function checkFlyctl(
  { app, directory }: FlyService,
  commit: string,
  context: GateContext,
): Promise<Finding[]> {
  const { variables, workspace } = context;
  if (!isCommitId(commit)) {
    return [found(unknownCommit, { message: `The image of ${app} cannot be labelled with the commit "${commit}".` })];
  }
  if ((await findProgram(['flyctl', 'fly'], variables)) === undefined) {
    return [
      found(noImageNamed, {
        message: `The configuration names no image for the app ${app}, and flyctl is not on the PATH.`,
      }),
    ];
  }
  const file = join(directory, 'fly.toml');
  if (!(await isAccessible(join(workspace, file))))
    return [found(noFlyToml, { message: `The checkout has no ${file}.` })];
  const told = await readVersion(context);
  return 'problem' in told ? [told.problem] : [];
}

async function readVersion(context: GateContext) {
  const file = await findFlyctl(context);
  return readProgramVersion({ name: 'flyctl', file, args: ['version'], oldest, timeout: 30_000 }, context);
}

async function findFlyctl({ variables }: GateContext): Promise<string> {
  return (await findProgram(['flyctl', 'fly'], variables)) ?? 'flyctl';
}

/**
 * Builds on a remote builder of Fly.io and deploys, by `flyctl deploy`. The machines decide the verdict, not the exit
 * status. The token is only in the variables. The image gets the commit as its tag (superfly/flyctl
 * internal/command/deploy, flags).
 */
export async function deployByFlyctl(commit: string, deploy: FlyctlDeploy): Promise<Change> {
  const { service, api, readLive, context, signal, progress } = deploy;
  const { variables, workspace, clock, redactor } = context;
  const file = await findFlyctl(context);
  const told = await readVersion(context);
  const by = 'version' in told ? `flyctl ${told.version}` : 'flyctl';
  const args = ['deploy', '--app', service.app, '--remote-only', '--image-label', commit, '--yes'];
  const tokens = { FLY_API_TOKEN: readFlyToken(context).all, FLY_ACCESS_TOKEN: undefined }; // flyctl prefers the latter
  const own = { ...pickVariables(variables, 'FLY_'), ...tokens };
  const env = makeChildEnvironment(context, { ...own, NO_COLOR: '1', CI: 'true' });
  const cwd = join(workspace, service.directory);
  progress.touched();
  progress.say(`${by}: flyctl ${args.join(' ')}`);
  const ended = await runQuoted('flyctl', { file, args, cwd, env, signal }, { progress, redactor });

  const polling = { clock, signal, deadline: ended.status === 0 ? seenWithin : 0, pause: () => 1000 };
  const machines = await pollUntil(
    polling,
    async () => selectAppMachines(await listMachinesAfter(ended, api, signal)),
    seen => isReleased(seen, commit),
  );
  if (isReleased(machines, commit)) {
    const findings = ended.status === 0 ? [] : [found(flyctlComplained, { message: ended.summary })];
    return { verdict: 'passed', live: await readLive(signal), findings, by };
  }
  return { ...(await failChange([findProblem(machines, commit, ended)], { readLive, signal })), by };
}

interface Ended {
  status: number;
  /** How flyctl ended, as a sentence. */
  summary: string;
}

/** The machines. When Fly.io does not list them, the last words of flyctl must not get lost. */
async function listMachinesAfter({ status, summary }: Ended, api: FlyApi, signal: AbortSignal): Promise<Machine[]> {
  try {
    return await api.listMachines(signal);
  } catch (error) {
    if (status === 0 || !(error instanceof GateError)) throw error;
    throw new GateError([found(flyctlUnverified, { message: summary }), ...error.findings]);
  }
}

function isReleased(machines: Machine[], commit: string): boolean {
  return machines.length > 0 && machines.every(machine => isHealthy(machine, commit));
}

function isHealthy(machine: Machine, commit: string): boolean {
  const passing = listDeclaredChecks(machine).every(check => check.status === 'passing');
  return findCommit(machine) === commit && (isAsleep(machine) || (machine.state === 'started' && passing));
}

function findProblem(machines: Machine[], commit: string, { status, summary }: Ended): Finding {
  const there = machines.filter(machine => findCommit(machine) === commit);
  const count = `${there.length} of ${machines.length} machines are on ${commit.slice(0, 7)}.`;
  if (status !== 0) return found(flyctlFailed, { message: `${summary} ${count}` });
  if (there.length < machines.length) return found(notLive, { message: `flyctl succeeded, but only ${count}` });
  const unhealthy = there.filter(machine => !isHealthy(machine, commit)).map(({ id, state }) => `${id} (${state})`);
  const message = `flyctl succeeded, but these machines are not healthy: ${unhealthy.join(', ')}.`;
  return found(checksFailing, { message });
}
