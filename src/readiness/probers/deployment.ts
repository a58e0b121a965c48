import type { DeploymentProbe } from '../../config/schema/probe/deployment.ts';
import { GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import type { Deployment } from '../../core/record.ts';
import { createPlatform } from '../../platforms/create-platform.ts';
import { describeLive } from '../../platforms/describe-live.ts';
import { makeAttempt, type Prober, type Where } from '../attempt.ts';
import type { SimpleTarget } from '../targets.ts';

export const otherDeployment: FindingKind = {
  code: 'probe/wrong-deployment',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The platform reports that another deployment is live than the one of this release.',
  cause:
    'The domain did not move to the new deployment, another release came in between, or a machine kept the previous version.',
  help: "Compare the service's deployments on the platform. Then release again, or roll back to a known state.",
};

/** Counts as this many requests, so that the gate asks less often: some platforms allow only a few a minute. */
const weight = 30;

export function probeDeployment(
  { service, released, name }: SimpleTarget,
  probe: DeploymentProbe,
  where: Where,
): Prober {
  return async context => {
    if (service === undefined) throw new Error(`${name} has no service`); // loading the configuration has checked this
    try {
      const platform = await createPlatform(service, { context });
      const live = await platform.live(context.signal);
      const carries = platform.carries(live, probe.deployment);
      const runs = released === undefined || platform.runs(live, released);
      const details = {
        word: live.deployment ? chooseWord(live.deployment) : 'nothing',
        detail: describeLive(live),
        requests: weight,
      };
      if (carries && runs && !live.down) return makeAttempt([], details);
      const wanted = released && carries ? `the deployment ${released.id}` : `commit ${probe.deployment}`;
      const message = `${service.platform} says: ${describeLive(live)}; expected ${wanted}.`;
      return makeAttempt([found(otherDeployment, { message, ...where })], details);
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      const mayPass = error.findings.every(({ code }) => /unavailable|network\//.test(code));
      if (!mayPass) throw error;
      return { verdict: 'error', findings: error.findings, word: 'platform unavailable', requests: weight };
    }
  };
}

function chooseWord({ id, commit }: Deployment): string {
  return commit ? commit.slice(0, 7) : id.slice(-12);
}
