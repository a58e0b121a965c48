import type { GateContext } from '../../core/context.ts';
import { type Finding, found } from '../../core/finding.ts';
import { cancelUnwatched } from '../cancel-unwatched.ts';
import { deployBlocked, deployCanceled, deployFailed, deployTooSlow } from '../findings.ts';
import { showLastLines } from '../last-lines.ts';
import type { Progress } from '../platform.ts';
import { poll } from '../polling.ts';
import type { RailwayApi } from './api.ts';

/** Milliseconds: builds end within 20 to 90 minutes by plan, health checks within 5 by default (docs: Railway). */
const endsWithin = 100 * 60_000;

/** The Hobby plan has 1000 questions an hour, of which a release shall leave some (docs: Railway, public API). */
export function pauseAfter(elapsed: number): number {
  if (elapsed < 500) return 100;
  if (elapsed < 2000) return 250;
  return elapsed < 10_000 ? 1000 : 5000;
}

export interface Deploying {
  api: RailwayApi;
  context: GateContext;
  signal: AbortSignal;
  progress: Progress;
  /** Whether what is deployed is the way back, which is not stopped half-way when the run is. */
  isWayBack: boolean;
}

/**
 * Waits until the deployment has ended. Returns what went wrong. One that is cancelled here is cancelled on Railway.
 */
export async function untilLive(id: string, options: Deploying): Promise<Finding | undefined> {
  const { api, context, signal, progress } = options;
  let last = '';
  try {
    const ended = await poll({ clock: context.clock, signal, deadline: endsWithin, pause: pauseAfter }, async () => {
      const { status } = await api.deployment(id, signal);
      if (status !== last) progress.say(`${id} is ${status}.`);
      const wasBuilt = ['DEPLOYING', 'SUCCESS', 'CRASHED'].includes(last) || status === 'CRASHED';
      last = status;
      const problem = conclusionOf(id, status);
      return problem && { ...problem, wasBuilt };
    });
    if (ended === undefined) return found(deployTooSlow, { message: `${id} is still ${last} on Railway.` });
    if (ended.problem?.code !== deployFailed.code) return ended.problem;
    const read = () => api.logs(id, ended.wasBuilt ? 'deployment' : 'build', signal);
    return await showLastLines(ended.problem, id, read, options);
  } catch (error) {
    if (signal.aborted) await leave(id, options);
    throw error;
  }
}

/** Railway's GraphQL schema, DeploymentStatus; a state that is not known here is one that goes on. */
function conclusionOf(id: string, status: string): { problem?: Finding } | undefined {
  switch (status) {
    case 'SUCCESS':
    case 'SLEEPING':
      return {};
    case 'FAILED':
    case 'CRASHED':
      return { problem: found(deployFailed, { message: `The deployment ${id} is ${status} on Railway.` }) };
    case 'SKIPPED':
    case 'REMOVED':
      return { problem: found(deployCanceled, { message: `The deployment ${id} is ${status} on Railway.` }) };
    case 'NEEDS_APPROVAL':
      return {
        problem: found(deployBlocked, { message: `The deployment ${id} waits for someone's approval on Railway.` }),
      };
    default:
      return undefined;
  }
}

/** A release that nobody watches any more must not go live later; a way back is better than where it came from. */
export async function leave(id: string, { api, signal, progress, isWayBack }: Deploying): Promise<void> {
  if (isWayBack) return progress.say(`${id} goes on at Railway: run the gate again to see where it has ended.`);
  return cancelUnwatched(`The deployment ${id}`, 'Railway', soon => api.cancel(id, soon), { signal, progress });
}
