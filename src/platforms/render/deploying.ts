import { found } from '../../core/finding.ts';
import { type Conclusion, type Deployments, describeSource } from '../deploying.ts';
import { deployCanceled, deployFailed } from '../findings.ts';
import type { RenderApi, RenderDeploy } from './api.ts';

/** Milliseconds: Render allows a build two hours at most, and a start 15 minutes (docs: Render, deploys). */
const endsWithin = 140 * 60_000;

/** The deploys of one service. */
export function createDeployments(api: RenderApi): Deployments<RenderDeploy> {
  return {
    vendor: 'Render',
    noun: 'deploy',
    endsWithin,
    pause: choosePause,
    list: api.listDeploys,
    read: api.readDeploy,
    describe: ({ commit, image }) => describeSource(commit?.id, image?.ref),
    conclude,
    readLog: async ({ status, createdAt }, _passed, signal) => {
      const { ownerId } = await api.readService(signal);
      return api.readLog(ownerId, createdAt, status === 'build_failed' ? 'build' : 'app', signal);
    },
    cancel: api.cancelDeploy,
  };
}

/** Render allows 400 requests a minute (docs: Render API, rate limits). */
function choosePause(elapsed: number): number {
  if (elapsed < 500) return 100;
  if (elapsed < 5000) return 250;
  return elapsed < 20_000 ? 1000 : 5000;
}

const failures: Record<string, string> = {
  build_failed: 'could not be built',
  pre_deploy_failed: 'failed in its pre-deploy command',
  update_failed: 'does not start or does not pass its health check',
};

/** render-oss/cli pkg/deploy: the states. An unknown state counts as under way. */
function conclude({ id, status }: RenderDeploy): Conclusion | undefined {
  if (status === 'live') return {};
  if (status === 'canceled' || status === 'deactivated') {
    return { problem: found(deployCanceled, { message: `The deploy ${id} is ${status} on Render.` }) };
  }
  const how = failures[status];
  return how ? { problem: found(deployFailed, { message: `The deploy ${id} ${how} (${status}).` }) } : undefined;
}
