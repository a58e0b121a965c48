import type { DeploymentProbe } from '../../config/schema/probe/behind.ts';
import { GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import type { Deployment } from '../../core/record.ts';
import { describeLive } from '../../platforms/live-in-words.ts';
import { createPlatform } from '../../platforms/platform-of.ts';
import { makeAttempt, type Prober, type Where } from '../attempt.ts';
import type { SimpleTarget } from '../targets.ts';

export const otherDeployment: FindingKind = {
  code: 'probe/other-deployment-live',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The platform says that something else is live than what was released.',
  cause:
    'The domain was not moved to the new deployment, another release came in between, or a machine kept the old one.',
  help: "Look at the service's deployments on the platform, and release again, or roll back for a state that is known.",
};

/** A platform's API is asked as seldom as if this were so many requests: some allow a few a minute. */
const weight = 30;

export function probeDeployment(
  { service, released, name }: SimpleTarget,
  probe: DeploymentProbe,
  where: Where,
): Prober {
  return async context => {
    if (service === undefined) throw new Error(`${name} has no service`); // the configuration was checked for it
    try {
      const platform = await createPlatform(service, { context });
      const live = await platform.live(context.signal);
      const carries = platform.carries(live, probe.deployment);
      const runs = released === undefined || platform.runs(live, released);
      const details = {
        word: live.deployment ? wordOf(live.deployment) : 'nothing',
        detail: describeLive(live),
        requests: weight,
      };
      if (carries && runs && !live.down) return makeAttempt([], details);
      const wanted = released && carries ? `the deployment ${released.id}` : `commit ${probe.deployment}`;
      const message = `${service.platform} says: ${describeLive(live)}; expected ${wanted}.`;
      return makeAttempt([found(otherDeployment, { message, ...where })], details);
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      const passing = error.findings.every(({ code }) => /unavailable|network\//.test(code));
      if (!passing) throw error;
      return { verdict: 'error', findings: error.findings, word: 'platform unavailable', requests: weight };
    }
  };
}

function wordOf({ id, commit }: Deployment): string {
  return commit ? commit.slice(0, 7) : id.slice(-12);
}
