import { Refused } from '../../clients/api/errors.ts';
import type { CheckResult, Outcome } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { describeDeployment } from '../../core/describe-deployment.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import type { Deployment } from '../../core/record.ts';
import { runToEnd } from '../../core/run-to-end.ts';
import type { Platform } from '../../platforms/platform.ts';
import { pollUntil } from '../../platforms/polling.ts';
import type { Plan } from './plan.ts';

export const unfinishedEnded: FindingKind = {
  code: 'rollback/unfinished-ended',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'A deployment of the release was still on its way to the users, so the rollback cancelled it first.',
  cause: 'The run of the release was killed, or the platform deploys pushes by itself.',
  help: 'Nothing to do: the rollback looked again at what is live afterwards.',
};

export const stillUnderWay: FindingKind = {
  code: 'rollback/still-under-way',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A deployment of the release could not be cancelled, so it may still go live after the rollback.',
  cause: 'The token may not cancel deployments, or the platform had an outage.',
  help: "Cancel the deployment on the platform's dashboard. Then run the rollback again.",
};

/** Milliseconds that a platform may take to end what was cancelled. */
const endsWithin = 120_000;

/** Cancels what is on its way of the release, so that it does not go live after the rollback. One check a service. */
export function cancelUnfinished({ services }: Plan, context: GateContext): Promise<CheckResult[]> {
  const cancelling = services.flatMap(({ name, platform, unfinished = [] }) => {
    if (platform === undefined || unfinished.length === 0) return [];
    const run = () => cancelAll(name, unfinished, platform, context);
    return [runToEnd({ name: `${name} unfinished`, boundary: 'delivery', run }, context)];
  });
  return Promise.all(cancelling);
}

async function cancelAll(
  name: string,
  unfinished: Deployment[],
  platform: Platform,
  context: GateContext,
): Promise<Outcome> {
  const { clock, signal, log } = context;
  const refusals: string[] = [];
  for (const one of unfinished) {
    try {
      await platform.cancel(one, signal);
      log.info(`${name}: ${one.id} was cancelled before it went live.`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refusals.push(error.said); // it may have ended in the meantime
    }
  }
  const listOpen = async () => {
    const now = await platform.listUnfinished(signal);
    return unfinished.filter(({ id }) => now.some(one => one.id === id));
  };
  const polling = { clock, signal, deadline: endsWithin, pause: () => 1000 };
  const open = await pollUntil(polling, listOpen, left => left.length === 0);
  if (open.length > 0) {
    const why = refusals.length > 0 ? ` The platform says: ${refusals.join(' ')}` : '';
    const message = `${list(open)} of ${name} may still go live.${why}`;
    return { verdict: 'error', findings: [found(stillUnderWay, { message })] };
  }
  const how = refusals.length > 0 ? 'ended before the gate could cancel it' : 'was cancelled before it went live';
  return {
    verdict: 'passed',
    findings: [found(unfinishedEnded, { message: `${list(unfinished)} of ${name} ${how}.` })],
  };
}

function list(deployments: Deployment[]): string {
  return deployments.map(describeDeployment).join(' and ');
}
