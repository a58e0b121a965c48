import { bestEffort, type Effort } from '../core/best-effort.ts';
import type { CheckResult, Outcome } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import type { Finding, FindingKind } from '../core/finding.ts';
import type { Platform } from '../platforms/platform.ts';

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

interface DeployedService {
  name: string;
  platform: Pick<Platform, 'holdAutoDeploys' | 'resumeAutoDeploys'>;
}

/** Stops the platforms from deploying pushes. Called before a rollback, so that no push comes in between. */
export async function holdAutoDeploys(services: DeployedService[], context: GateContext): Promise<CheckResult[]> {
  const held = services.map(({ name, platform }) => {
    const effort = describeEffort(name, 'turned off', notHeld);
    return bestEffort(effort, async () => report(await platform.holdAutoDeploys(context.signal)), context);
  });
  return (await Promise.all(held)).flatMap(({ checks }) => checks);
}

/** Lets the platforms deploy pushes again, which a rollback may have stopped. */
export async function resumeAutoDeploys(services: DeployedService[], context: GateContext): Promise<CheckResult[]> {
  const resumed = services.map(({ name, platform }) => {
    const effort = describeEffort(name, 'turned on', notResumed);
    return bestEffort(effort, async () => report(await platform.resumeAutoDeploys(context.signal)), context);
  });
  return (await Promise.all(resumed)).flatMap(({ checks }) => checks);
}

/** The dashboard helps whatever the reason is. */
function describeEffort(name: string, how: string, kind: FindingKind): Effort {
  const failure = `Automatic deploys of ${name} were not ${how}`;
  return { name: `${name} automatic deploys`, kind, failure, help: kind.help };
}

function report(findings: Finding[]): Outcome<undefined> {
  return { verdict: 'passed', findings };
}
