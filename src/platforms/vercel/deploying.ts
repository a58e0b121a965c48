import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { type ChangeContext, cancelUnwatched, explainFailure } from '../deploying.ts';
import { deploySkipped, unknownState } from '../findings.ts';
import { poll } from '../polling.ts';
import { getState, type VercelDeployment } from './answers.ts';
import type { VercelApi } from './api.ts';
import { buildBlocked, buildCanceled, buildFailed, domainsNotAssigned } from './findings.ts';

/** Milliseconds: Vercel ends a build after 45 minutes, and the domains follow within a few. */
const builtWithin = 50 * 60_000;
/** Milliseconds that a build may wait for its turn before that. */
const queuedWithin = 120 * 60_000;
/** Milliseconds after READY: what Vercel has not said by then of addresses and failed checks, it does not say. */
const settlesWithin = 15_000;
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
  const { clock } = context;
  const polling = { clock, signal, deadline: queuedWithin + builtWithin, pause: choosePause };
  let last = '';
  let begun: number | undefined;
  let ready: number | undefined;
  const giveUp = async () => {
    if (last !== 'READY') await cancelBuild(id, deploying);
    return failLate(id, last);
  };
  try {
    const built = await poll(polling, async () => {
      const deployment = await api.readDeployment(id, signal);
      const state = getState(deployment);
      if (state !== last) progress.say(`${id} is ${state}.`);
      last = state;
      const now = clock.now();
      if (state !== 'QUEUED') begun ??= now;
      if (state === 'READY') ready ??= now;
      if (begun !== undefined && now - begun > builtWithin) return giveUp();
      return conclude(id, deployment, {
        assignsDomains,
        isSettled: ready !== undefined && now - ready > settlesWithin,
      });
    });
    if (built === undefined) return await giveUp();
    if (built.problem?.code !== buildFailed.code) return built;
    const readLines = async () => (await api.readBuildLog(id, signal)).slice(-mostLogLines);
    return { ...built, problem: await explainFailure(built.problem, `the build of ${id}`, readLines, deploying) };
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
function conclude(id: string, deployment: VercelDeployment, waited: Waited): Built | undefined {
  const state = getState(deployment);
  if (state === 'CANCELED' || state === 'DELETED') return concludeCanceled(id, deployment);
  if (state === 'BLOCKED') return fail(buildBlocked, `The deployment ${id} is BLOCKED on Vercel.`);
  if (state === 'ERROR' || state.endsWith('_ERROR')) {
    const { errorCode, errorMessage, errorStep } = deployment;
    const why = [errorCode, errorStep && `in ${errorStep}`, errorMessage].filter(Boolean).join(', ');
    return fail(buildFailed, `The deployment ${id} is ${state} on Vercel${why ? `: ${why}` : ''}.`);
  }
  return state === 'READY' ? concludeReady(id, deployment, waited) : undefined;
}

interface Waited {
  assignsDomains: boolean;
  /** Whether it has been READY for so long that Vercel has said what it says of addresses and checks. */
  isSettled: boolean;
}

function concludeReady(id: string, deployment: VercelDeployment, waited: Waited): Built | undefined {
  const { aliasError, aliasAssigned, checks, checksConclusion, readySubstate } = deployment;
  if (aliasError) {
    const message = `${id} is built, but Vercel did not assign its domains: ${describeAliasError(aliasError)}.`;
    return fail(domainsNotAssigned, message);
  }
  const staged = readySubstate === 'STAGED'; // has never served production
  if (aliasAssigned) return { staged };
  const check = checks?.['deployment-alias'];
  const isBlocked = typeof check === 'object' && check !== null && 'state' in check && check.state === 'failed';
  // A check that does not block fails too. Only time tells whether the domains move all the same.
  if (isBlocked || (checksConclusion === 'failed' && waited.isSettled)) {
    return fail(domainsNotAssigned, `${id} is built, but a check on Vercel keeps it from going live.`);
  }
  return staged && !waited.assignsDomains && waited.isSettled ? { staged } : undefined;
}

function concludeCanceled(id: string, { readyStateReason: reason, ...deployment }: VercelDeployment): Built {
  const message = `The deployment ${id} is ${getState(deployment)} on Vercel${reason ? `: ${reason}` : ''}.`;
  const isSkipped = /ignored build step|unaffected|not affect|skipp/i.test(reason ?? '');
  return fail(isSkipped ? deploySkipped : buildCanceled, message);
}

/** Vercel names no end. A state that is not known may be one. */
function failLate(id: string, state: string): Built {
  const known = ['QUEUED', 'INITIALIZING', 'BUILDING', 'READY'].includes(state);
  return fail(known ? domainsNotAssigned : unknownState, `${id} was not live in time. It is ${state}.`);
}

function fail(kind: FindingKind, message: string): Built {
  return { problem: found(kind, { message }), staged: false };
}

function describeAliasError(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { code, message } = { code: '', message: '', ...error };
  return [code, message].filter(Boolean).join(': ');
}
