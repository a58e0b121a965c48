import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { FlyService } from '../../config/schema/services.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { toOneLine } from '../../core/one-line.ts';
import { failChange } from '../failed-change.ts';
import { notLive, unknownCommit } from '../findings.ts';
import type { Change, Live, Progress } from '../platform.ts';
import { poll } from '../polling.ts';
import { findProgram, omitInputs, run } from '../program.ts';
import { readProgramVersion } from '../program-version.ts';
import type { FlyApi } from './api.ts';
import { commitOf, declaredChecks, isAsleep, type Machine, machinesOfApp } from './machine.ts';
import { flyToken } from './token.ts';
import { checksFailing } from './update-machine.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const noImageNamed: FindingKind = {
  ...delivery,
  code: 'deploy/no-image',
  meaning: 'Neither an image to release is named nor is `flyctl` there to build one, so nothing was changed.',
  cause: 'The service on Fly.io has no `image`, and the step that installs `flyctl` is missing.',
  help: 'Install it before this gate with `superfly/flyctl-actions/setup-flyctl`; or add `image: registry.fly.io/<app>:${commit}` and push that image.',
};

export const noFlyToml: FindingKind = {
  ...delivery,
  code: 'deploy/no-fly-toml',
  meaning: 'There is no fly.toml where `flyctl` would build the app, so nothing was changed.',
  cause: 'An app in a folder of its own, or a job without a checkout.',
  help: 'Name the folder with `directory` of the service, and check the repository out before this gate.',
};

export const flyctlFailed: FindingKind = {
  ...delivery,
  code: 'platform/flyctl-failed',
  meaning: '`flyctl deploy` ended with an error, and the machines do not all run the new version.',
  cause: 'A build that fails, a release command that fails, or machines that do not get healthy. Its lines say which.',
  help: 'Mend what its last lines say; roll back where the report names machines on the new version.',
};

export const flyctlComplained: FindingKind = {
  code: 'platform/flyctl-complained',
  severity: 'warning',
  boundary: 'delivery',
  meaning: '`flyctl deploy` ended with an error, and every machine runs the new version and is well.',
  cause: 'A step after the update of the machines that failed, such as noting the release as complete.',
  help: 'Read its last lines; the release itself is live.',
};

export const flyctlUnverified: FindingKind = {
  ...delivery,
  code: 'platform/flyctl-unverified',
  meaning: '`flyctl deploy` ended with an error, and Fly.io could not be asked which machines run the new version.',
  cause:
    'An outage of Fly.io in the middle of the deploy, or a token that was revoked. The finding after this one says.',
  help: 'Mend what its last lines say; run the gate again when Fly.io answers: it goes on from what it finds.',
};

/**
 * The first version that knows machines alone: before, it could also deploy to Nomad (superfly/flyctl pull request
 * 3250).
 */
const oldest = '0.1.149';

/** What flyctl has waited for already is seen at once, or after a moment; milliseconds. */
const seenWithin = 30_000;

export interface FlyctlDeploy {
  service: FlyService;
  api: FlyApi;
  context: GateContext;
  live(signal: AbortSignal): Promise<Live>;
}

/** What keeps flyctl from a deploy, as far as it can be known beforehand. */
export async function obstaclesToFlyctl(
  { app, directory }: FlyService,
  commit: string,
  context: GateContext,
): Promise<Finding[]> {
  const { variables, workspace } = context;
  if (!/^[0-9a-f]{40}$/.test(commit)) {
    return [found(unknownCommit, { message: `The image of ${app} cannot be labelled with the commit "${commit}".` })];
  }
  if ((await findProgram(['flyctl', 'fly'], variables)) === undefined) {
    return [found(noImageNamed, { message: `No image is named for the app ${app}, and flyctl is not on the PATH.` })];
  }
  const file = join(directory, 'fly.toml');
  const there = await access(join(workspace, file)).then(
    () => true,
    () => false,
  );
  if (!there) return [found(noFlyToml, { message: `There is no ${file} in the checkout.` })];
  const told = await flyctlVersion(context);
  return 'problem' in told ? [told.problem] : [];
}

async function flyctlVersion(context: GateContext) {
  const file = await flyctlOn(context);
  return readProgramVersion({ name: 'flyctl', file, args: ['version'], oldest, timeout: 30_000 }, context);
}

async function flyctlOn({ variables }: GateContext): Promise<string> {
  return (await findProgram(['flyctl', 'fly'], variables)) ?? 'flyctl';
}

/**
 * Builds on a remote builder of Fly.io and deploys, by `flyctl deploy`. Its exit status is no verdict: the machines
 * are. The token is in the variables only. An image gets the commit as its tag (superfly/flyctl
 * internal/command/deploy, flags).
 */
export async function deployByFlyctl(
  { service, api, context, live }: FlyctlDeploy,
  commit: string,
  signal: AbortSignal,
  progress: Progress,
): Promise<Change> {
  const { app, directory } = service;
  const { variables, workspace, clock } = context;
  const flyctl = await flyctlOn(context);
  const told = await flyctlVersion(context);
  const by = 'version' in told ? `flyctl ${told.version}` : 'flyctl';
  const args = ['deploy', '--app', app, '--remote-only', '--image-label', commit, '--yes'];
  const tokens = { FLY_API_TOKEN: flyToken(context).token, FLY_ACCESS_TOKEN: undefined }; // which flyctl would prefer
  const env = { ...omitInputs(variables), ...tokens, NO_COLOR: '1', CI: 'true' };
  progress.touched();
  progress.say(`${by}: flyctl ${args.join(' ')}`);
  let last = '';
  const onLine = (text: string) => {
    if (text.trim() !== '') last = text.trim();
    progress.quote(text);
  };
  const status = await run({ file: flyctl, args, cwd: join(workspace, directory), env, signal, onLine });
  const how = `flyctl ended with status ${status}.${last ? ` Its last line: ${toOneLine(last, context.redactor)}` : ''}`;

  let machines: Machine[] = [];
  const deadline = status === 0 ? seenWithin : 0;
  const well = await poll({ clock, signal, deadline, pause: () => 1000 }, async () => {
    machines = machinesOfApp(await machinesAfter(status, how, api, signal));
    return machines.length > 0 && machines.every(machine => isWell(machine, commit)) ? true : undefined;
  });
  if (well) {
    const findings = status === 0 ? [] : [found(flyctlComplained, { message: how })];
    return { verdict: 'passed', live: await live(signal), findings, by };
  }
  return { ...(await failChange([whatIsWrong(machines, commit, status, how)], live, signal)), by };
}

/** The machines; where they cannot be asked for, what flyctl said at its end must not get lost. */
async function machinesAfter(status: number, how: string, api: FlyApi, signal: AbortSignal): Promise<Machine[]> {
  try {
    return await api.machines(signal);
  } catch (error) {
    if (status === 0 || !(error instanceof GateError)) throw error;
    throw new GateError([found(flyctlUnverified, { message: how }), ...error.findings]);
  }
}

function isWell(machine: Machine, commit: string): boolean {
  const passing = declaredChecks(machine).every(check => check.status === 'passing');
  return commitOf(machine) === commit && (isAsleep(machine) || (machine.state === 'started' && passing));
}

function whatIsWrong(machines: Machine[], commit: string, status: number, how: string): Finding {
  const there = machines.filter(machine => commitOf(machine) === commit);
  const count = `${there.length} of ${machines.length} machines are on ${commit.slice(0, 7)}.`;
  if (status !== 0) return found(flyctlFailed, { message: `${how} ${count}` });
  if (there.length < machines.length) return found(notLive, { message: `flyctl has ended well, and ${count}` });
  const unwell = there.filter(machine => !isWell(machine, commit)).map(({ id, state }) => `${id} (${state})`);
  return found(checksFailing, { message: `flyctl has ended well, and these machines are not: ${unwell.join(', ')}.` });
}
