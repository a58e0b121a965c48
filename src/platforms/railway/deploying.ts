import { type FindingKind, found } from '../../core/finding.ts';
import { type Conclusion, type Deployments, describeSource } from '../deploying.ts';
import { deployBlocked, deployCanceled, deployFailed, deploySkipped, waitsForChecks } from '../findings.ts';
import type { RailwayApi, RailwayDeployment } from './api.ts';

/** Milliseconds: builds end within 20 to 90 minutes by plan, health checks within 5 by default (docs: Railway). */
const endsWithin = 100 * 60_000;

/** The deployments of one service. */
export function createDeployments(api: RailwayApi): Deployments<RailwayDeployment> {
  return {
    vendor: 'Railway',
    noun: 'deployment',
    endsWithin,
    pause: elapsed => api.stretch(choosePause(elapsed)),
    list: api.listDeployments,
    read: api.readDeployment,
    describe: ({ meta }) => describeSource(meta?.commitHash ?? undefined, meta?.image ?? undefined),
    conclude,
    readLog: ({ id, status }, passed, signal) => {
      const wasBuilt = status === 'CRASHED' || passed.some(one => ['DEPLOYING', 'SUCCESS', 'CRASHED'].includes(one));
      return api.readLog(id, wasBuilt ? 'deployment' : 'build', signal);
    },
    cancel: api.cancelDeployment,
  };
}

/** By the plans with 1000 requests an hour and more (docs: Railway, public API, rate limits). */
function choosePause(elapsed: number): number {
  if (elapsed < 500) return 100;
  if (elapsed < 2000) return 250;
  return elapsed < 10_000 ? 1000 : 5000;
}

/** Railway's GraphQL schema, DeploymentStatus. An unknown status counts as under way. */
function conclude({ id, status }: RailwayDeployment): Conclusion | undefined {
  switch (status) {
    case 'SUCCESS':
    case 'SLEEPING':
      return {};
    case 'FAILED':
    case 'CRASHED':
      return fail(deployFailed, `The deployment ${id} is ${status} on Railway.`);
    case 'SKIPPED': // by watch paths
      return fail(deploySkipped, `Railway skipped the deployment ${id}.`);
    case 'WAITING':
      return fail(waitsForChecks, `The deployment ${id} waits for GitHub's checks on Railway.`);
    case 'REMOVED':
      return fail(deployCanceled, `The deployment ${id} is ${status} on Railway.`);
    case 'NEEDS_APPROVAL':
      return fail(deployBlocked, `The deployment ${id} waits for someone's approval on Railway.`);
    default:
      return undefined;
  }
}

function fail(kind: FindingKind, message: string): Conclusion {
  return { problem: found(kind, { message }) };
}
