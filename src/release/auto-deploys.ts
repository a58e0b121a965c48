import { bestEffort, type Effort } from '../core/best-effort.ts';
import { type CheckResult, type Outcome, passed } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { type Finding, type FindingKind, found } from '../core/finding.ts';
import { findProfile } from '../platforms/create-platform.ts';
import { autoDeploysHeld, autoDeploysOn } from '../platforms/findings.ts';
import type { Platform } from '../platforms/platform.ts';
import type { ServiceOptions } from './services.ts';

export const notHeld: FindingKind = {
  code: 'rollback/auto-deploys-not-held',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The rollback goes ahead, but the platform still deploys every push. The next push would undo the rollback.',
  cause: 'The token may not change the service, or the platform did not answer.',
  help: 'Turn automatic deploys off on the dashboard until the cause is fixed.',
};

export const notResumed: FindingKind = {
  code: 'deploy/auto-deploys-not-resumed',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The release is live, but automatic deploys are still off, so later pushes do not go live.',
  cause: 'The token may not change the service, or the platform did not answer.',
  help: 'Turn automatic deploys on again on the dashboard.',
};

export const autoDeploysResumed: FindingKind = {
  code: 'deploy/auto-deploys-resumed',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'Automatic deploys that a rollback had turned off are on again, with the setting that they had.',
  cause: 'This release is live, and `resume-auto-deploys` is on.',
  help: 'Nothing to do. To keep them off, set `resume-auto-deploys: false`.',
};

/** Reports the setting by which pushes go live. Pushes to a staged service reach users without its probes. */
export function describeAutoDeploys({ name, service, place }: ServiceOptions, setting: string): Finding {
  const message = `Pushes to ${name} go live automatically, by the setting "${setting}" of its platform.`;
  const severity = findProfile(service).isStagedFirst?.(service) ? 'warning' : 'notice';
  return found(autoDeploysOn, { severity, message, place });
}

interface DeployedService {
  name: string;
  platform: Pick<Platform, 'readAutoDeploys' | 'setAutoDeploys'>;
}

export interface HeldAutoDeploys {
  checks: CheckResult[];
  /** The setting that each service had, by service. */
  settings: Map<string, string>;
}

/** Stops the platforms from deploying pushes. Called before a rollback, so that no push comes in between. */
export async function holdAutoDeploys(services: DeployedService[], context: GateContext): Promise<HeldAutoDeploys> {
  const { signal } = context;
  const held = services.map(async ({ name, platform }) => {
    const hold = async (): Promise<Outcome<string>> => {
      const setting = platform.setAutoDeploys && (await platform.readAutoDeploys(signal));
      if (setting === undefined) return passed();
      await change(platform, undefined, signal);
      const message = `Pushes to ${name} no longer go live automatically. The setting was "${setting}".`;
      return { verdict: 'passed', findings: [found(autoDeploysHeld, { message })], value: setting };
    };
    return { name, ...(await bestEffort(describeEffort(name, 'turned off', notHeld), hold, context)) };
  });
  const all = await Promise.all(held);
  return {
    checks: all.flatMap(({ checks }) => checks),
    settings: new Map(all.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))),
  };
}

/** Gives services the setting back that a rollback has held. Returns the checks, and the services that have it again. */
export async function resumeAutoDeploys(
  services: DeployedService[],
  settings: Map<string, string>,
  context: GateContext,
): Promise<{ checks: CheckResult[]; resumed: string[] }> {
  const resuming = services.flatMap(({ name, platform }) => {
    const setting = settings.get(name);
    if (setting === undefined) return [];
    const resume = async (): Promise<Outcome<string>> => {
      await change(platform, setting, context.signal);
      const message = `Pushes to ${name} go live automatically again, by the setting "${setting}".`;
      return { verdict: 'passed', findings: [found(autoDeploysResumed, { message })], value: name };
    };
    return [bestEffort(describeEffort(name, 'turned on', notResumed), resume, context)];
  });
  const all = await Promise.all(resuming);
  return { checks: all.flatMap(({ checks }) => checks), resumed: all.flatMap(({ value }) => value ?? []) };
}

/** Changes the setting and reads it back, since a platform may accept what it does not do. */
async function change(
  { setAutoDeploys, readAutoDeploys }: DeployedService['platform'],
  setting: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  await setAutoDeploys?.(setting, signal);
  const now = await readAutoDeploys(signal).catch(() => setting); // no answer says nothing against the change
  if (now !== setting) throw new Error(`the platform accepted it, but the setting is "${now ?? 'off'}"`);
}

/** The dashboard helps whatever the reason is. */
function describeEffort(name: string, how: string, kind: FindingKind): Effort {
  const failure = `Automatic deploys of ${name} were not ${how}`;
  return { name: `${name} automatic deploys`, kind, failure, help: kind.help };
}
