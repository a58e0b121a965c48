import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { type ChangeContext, cancelUnwatched, showLastLines } from '../deploying.ts';
import { poll } from '../polling.ts';
import { getState, isBuilding, type VercelDeployment } from './answers.ts';
import type { VercelApi } from './api.ts';
import { buildBlocked, buildCanceled, buildFailed, domainsNotAssigned } from './findings.ts';

/** Milliseconds: Vercel ends a build after 45 minutes, and the domains follow within a few. */
const builtWithin = 50 * 60_000;
const mostLogLines = 40;

export interface Deploying extends ChangeContext {
  api: VercelApi;
  /** Whether Vercel moves the production domains to the build. */
  assignsDomains: boolean;
}

export interface Built {
  problem?: Finding;
  /** Whether Vercel keeps it off the production domains. */
  staged: boolean;
}

/**
 * Waits until the deployment is built and Vercel has dealt with its domains. If it gives up waiting, it cancels the
 * build, so that it does not go live later, unwatched.
 */
export async function waitUntilBuilt(id: string, deploying: Deploying): Promise<Built> {
  const { api, context, signal, progress, assignsDomains } = deploying;
  const polling = { clock: context.clock, signal, deadline: builtWithin, pause: choosePause };
  let last = '';
  try {
    const built = await poll(polling, async () => {
      const deployment = await api.readDeployment(id, signal);
      const state = getState(deployment);
      if (state !== last) progress.say(`${id} is ${state}.`);
      last = state;
      return conclude(id, deployment, assignsDomains);
    });
    if (built === undefined) {
      if (last !== 'READY') await cancelBuild(id, deploying);
      return fail(domainsNotAssigned, `${id} was not live in time. It is ${last}.`);
    }
    if (built.problem?.code !== buildFailed.code) return built;
    const readLines = async () => (await api.readBuildLog(id, signal)).slice(-mostLogLines);
    return { ...built, problem: await showLastLines(built.problem, `the build of ${id}`, readLines, deploying) };
  } catch (error) {
    if (last !== 'READY') await cancelBuild(id, deploying);
    throw error;
  }
}

export function cancelBuild(id: string, { api, signal, progress, assignsDomains }: Deploying): Promise<void> {
  const watched = assignsDomains ? progress : { ...progress, adrift: () => {} }; // otherwise it cannot go live by itself
  const change = { signal, progress: watched };
  return cancelUnwatched(`The build of ${id}`, 'Vercel', soon => api.cancelDeployment(id, soon), change);
}

/** The cadence of Vercel's CLI (packages/client/src/utils/get-polling-delay.ts), but never slower than five seconds. */
function choosePause(elapsed: number): number {
  return elapsed <= 15_000 ? 1000 : 5000;
}

/** Undefined while it is under way. READY does not mean live: Vercel assigns the domains later, or not at all. */
function conclude(id: string, deployment: VercelDeployment, assignsDomains: boolean): Built | undefined {
  const state = getState(deployment);
  const { errorCode, errorMessage, errorStep, aliasError, aliasAssigned, checks, checksConclusion } = deployment;
  if (isBuilding(deployment)) return undefined;
  if (state === 'CANCELED' || state === 'DELETED') {
    return fail(buildCanceled, `The deployment ${id} is ${state} on Vercel.`);
  }
  if (state === 'BLOCKED') return fail(buildBlocked, `The deployment ${id} is BLOCKED on Vercel.`);
  if (state !== 'READY') {
    const why = [errorCode, errorStep && `in ${errorStep}`, errorMessage].filter(Boolean).join(', ');
    return fail(buildFailed, `The deployment ${id} is ${state} on Vercel${why ? `: ${why}` : ''}.`);
  }
  if (aliasError) {
    const message = `${id} is built, but Vercel did not assign its domains: ${describeAliasError(aliasError)}.`;
    return fail(domainsNotAssigned, message);
  }
  const check = checks?.['deployment-alias'];
  const checkFailed = typeof check === 'object' && check !== null && 'state' in check && check.state === 'failed';
  if (checkFailed || checksConclusion === 'failed') {
    return fail(domainsNotAssigned, `${id} is built, but a check on Vercel keeps it from going live.`);
  }
  const staged = deployment.readySubstate === 'STAGED'; // has never served production
  return aliasAssigned || (staged && !assignsDomains) ? { staged } : undefined;
}

function fail(kind: FindingKind, message: string): Built {
  return { problem: found(kind, { message }), staged: false };
}

function describeAliasError(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { code, message } = { code: '', message: '', ...error };
  return [code, message].filter(Boolean).join(': ');
}
