import type { GateContext } from '../../core/context.ts';
import { type Finding, found } from '../../core/finding.ts';
import { cancelUnwatched } from '../cancel-unwatched.ts';
import { deployCanceled, deployFailed, deployTooSlow } from '../findings.ts';
import { showLastLines } from '../last-lines.ts';
import type { Progress } from '../platform.ts';
import { poll } from '../polling.ts';
import type { RenderApi, RenderDeploy } from './api.ts';

/** Milliseconds: Render gives a build two hours at most, and a start 15 minutes (docs: Render, deploys). */
const endsWithin = 140 * 60_000;

/** Render takes 400 questions a minute (docs: Render API, rate limits). */
export function pauseAfter(elapsed: number): number {
  if (elapsed < 500) return 100;
  if (elapsed < 5000) return 250;
  return elapsed < 20_000 ? 1000 : 5000;
}

export interface Deploying {
  api: RenderApi;
  context: GateContext;
  signal: AbortSignal;
  progress: Progress;
  /** Whether what is deployed is the way back, which is not stopped half-way when the run is. */
  isWayBack: boolean;
}

/** Waits until the deploy has ended. Returns what went wrong. One that is cancelled here is cancelled on Render. */
export async function untilLive(id: string, options: Deploying): Promise<Finding | undefined> {
  const { api, context, signal, progress } = options;
  let last: RenderDeploy | undefined;
  try {
    const ended = await poll({ clock: context.clock, signal, deadline: endsWithin, pause: pauseAfter }, async () => {
      const deploy = await api.deploy(id, signal);
      if (deploy.status !== last?.status) progress.say(`${id} is ${deploy.status}.`);
      last = deploy;
      return conclusionOf(deploy);
    });
    if (ended === undefined) return found(deployTooSlow, { message: `${id} is still ${last?.status} on Render.` });
    if (ended.problem?.code !== deployFailed.code || last === undefined) return ended.problem;
    const { status, createdAt } = last;
    const read = async () => {
      const { ownerId } = await api.service(signal);
      return api.logs(ownerId, createdAt, status === 'build_failed' ? 'build' : 'app', signal);
    };
    return await showLastLines(ended.problem, id, read, options);
  } catch (error) {
    if (signal.aborted) await leave(id, options);
    throw error;
  }
}

const failures: Record<string, string> = {
  build_failed: 'could not be built',
  pre_deploy_failed: 'failed in its pre-deploy command',
  update_failed: 'does not start or does not pass its health check',
};

/** render-oss/cli pkg/deploy: the states, of which a state that is not known here is one that goes on. */
function conclusionOf({ id, status }: RenderDeploy): { problem?: Finding } | undefined {
  if (status === 'live') return {};
  if (status === 'canceled' || status === 'deactivated') {
    return { problem: found(deployCanceled, { message: `The deploy ${id} is ${status} on Render.` }) };
  }
  const how = failures[status];
  return how ? { problem: found(deployFailed, { message: `The deploy ${id} ${how} (${status}).` }) } : undefined;
}

/** A release that nobody watches any more must not go live later; a way back is better than where it came from. */
export async function leave(id: string, { api, signal, progress, isWayBack }: Deploying): Promise<void> {
  if (isWayBack) return progress.say(`${id} goes on at Render: run the gate again to see where it has ended.`);
  return cancelUnwatched(`The deploy ${id}`, 'Render', soon => api.cancel(id, soon), { signal, progress });
}
