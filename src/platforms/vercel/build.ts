import { Uncertain } from '../../clients/api/errors.ts';
import { explainError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { poll } from '../polling.ts';
import { commitOf, idOf, isBuilding, stateOf, type VercelDeployment } from './answers.ts';
import { type NewDeployment, stagedKey } from './api.ts';
import { type Building, cancelBuild, deploymentMade, takeBack } from './building.ts';
import { stagedBefore } from './staged.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const buildFailed: FindingKind = {
  ...delivery,
  code: 'platform/build-failed',
  meaning: 'The new version could not be built; what was live before still serves.',
  cause: 'A fault in the code or its dependencies, or a variable that the build needs. The build log says which.',
  help: 'Mend what the build log says, and release again.',
};

export const buildCanceled: FindingKind = {
  ...delivery,
  code: 'platform/build-canceled',
  meaning: 'The deployment was cancelled or deleted on Vercel; what was live before still serves.',
  cause: 'Someone cancelled it on the dashboard, a newer push replaced it, or the "ignored build step" said no.',
  help: 'Look at who cancelled it, and release again.',
};

export const buildBlocked: FindingKind = {
  ...delivery,
  code: 'platform/build-blocked',
  meaning: 'Vercel waits for a person before it builds; what was live before still serves.',
  cause: 'The author of the commit has no seat in the team, or the account has to be verified.',
  help: 'Open the deployment on Vercel and do what it asks, then release again.',
};

export const domainsNotAssigned: FindingKind = {
  ...delivery,
  code: 'platform/domains-not-assigned',
  meaning: 'The new version is built and not live: the domains were not moved to it.',
  cause: 'A failing check on Vercel, or a domain whose configuration is broken.',
  help: 'Look at the deployment and its checks on Vercel; what was live before still serves.',
};

/** Milliseconds: Vercel ends a build after 45 minutes, and the domains follow within a few. */
const builtWithin = 50 * 60_000;
const mostLogLines = 40;

/** The cadence of Vercel's CLI (packages/client/src/utils/get-polling-delay.ts), and never slower than five seconds. */
export function pauseAfter(elapsed: number): number {
  return elapsed <= 15_000 ? 1000 : 5000;
}

/**
 * Starts the deployment of a commit; one that is being built already, by a push or an earlier attempt, is joined, and
 * so is what an earlier attempt has staged.
 */
export async function startBuild(wanted: NewDeployment, options: Building): Promise<VercelDeployment> {
  const { api, signal, progress } = options;
  const known = await api.productionDeployments(wanted.project, signal);
  const same = wanted.staged ? await stagedBefore(known, wanted.commit, options) : buildingOf(known, wanted.commit);
  progress.touched();
  if (same) {
    const how = isBuilding(same) ? 'is being built from this commit already; it is waited for' : 'is staged already';
    progress.say(`${idOf(same)} ${how}.`);
    return same;
  }
  try {
    return await create(wanted, options);
  } catch (error) {
    if (signal.aborted) await takeBack(wanted, options);
    throw error;
  }
}

async function create(wanted: NewDeployment, options: Building): Promise<VercelDeployment> {
  try {
    return await options.api.create(wanted, options.signal);
  } catch (error) {
    if (!(error instanceof Uncertain)) throw error;
    const created = await deploymentMade(wanted, options);
    if (created === undefined) throw error;
    return created;
  }
}

/** What is staged does not go live by itself, so it is none to join for a release that shall. */
function buildingOf(known: VercelDeployment[], commit: string): VercelDeployment | undefined {
  return known.find(one => commitOf(one) === commit && isBuilding(one) && one.meta?.[stagedKey] === undefined);
}

/**
 * Waits until the deployment is built and Vercel has dealt with its domains. Returns what went wrong, or undefined. A
 * build that is cancelled here is cancelled on Vercel, so that it does not go live later, unwatched.
 */
export async function untilBuilt(id: string, options: Building): Promise<{ problem?: Finding; staged: boolean }> {
  const { api, context, signal, progress } = options;
  let last = '';
  try {
    const ended = await poll({ clock: context.clock, signal, deadline: builtWithin, pause: pauseAfter }, async () => {
      const deployment = await api.deployment(id, signal);
      const state = stateOf(deployment);
      if (state !== last) progress.say(`${id} is ${state}.`);
      last = state;
      return conclusionOf(id, deployment, options.assignsDomains);
    });
    if (ended?.problem?.code === buildFailed.code) await showBuildLog(id, options);
    return (
      ended ?? {
        problem: found(domainsNotAssigned, { message: `${id} was not live in time; it is ${last}.` }),
        staged: false,
      }
    );
  } catch (error) {
    if (signal.aborted && last !== 'READY') await cancelBuild(id, options);
    throw error;
  }
}

/** READY is not live: the domains are assigned later, or not at all. */
function conclusionOf(
  id: string,
  deployment: VercelDeployment,
  assignsDomains: boolean,
): { problem?: Finding; staged: boolean } | undefined {
  const state = stateOf(deployment);
  const { errorCode, errorMessage, errorStep, aliasError, aliasAssigned, checks, checksConclusion } = deployment;
  if (isBuilding(deployment)) return undefined;
  if (state === 'CANCELED' || state === 'DELETED') {
    return ends(buildCanceled, `The deployment ${id} is ${state} on Vercel.`);
  }
  if (state === 'BLOCKED') return ends(buildBlocked, `The deployment ${id} is BLOCKED on Vercel.`);
  if (state !== 'READY') {
    const why = [errorCode, errorStep && `in ${errorStep}`, errorMessage].filter(Boolean).join(', ');
    return ends(buildFailed, `The deployment ${id} is ${state} on Vercel${why ? `: ${why}` : ''}.`);
  }
  if (aliasError)
    return ends(domainsNotAssigned, `${id} is built, and its domains were not assigned: ${inWords(aliasError)}.`);
  const check = checks?.['deployment-alias'];
  const checkFailed = typeof check === 'object' && check !== null && 'state' in check && check.state === 'failed';
  if (checkFailed || checksConclusion === 'failed') {
    return ends(domainsNotAssigned, `${id} is built, and a check on Vercel keeps it from going live.`);
  }
  const staged = deployment.readySubstate === 'STAGED'; // has never served production, which is so until it is assigned
  return aliasAssigned || (staged && !assignsDomains) ? { staged } : undefined;
}

function ends(kind: FindingKind, message: string): { problem: Finding; staged: boolean } {
  return { problem: found(kind, { message }), staged: false };
}

function inWords(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { code, message } = { code: '', message: '', ...error };
  return [code, message].filter(Boolean).join(': ');
}

async function showBuildLog(id: string, { api, signal, progress }: Building): Promise<void> {
  try {
    const lines = await api.buildLog(id, signal);
    progress.say(`The build log of ${id}:`);
    progress.quote(lines.slice(-mostLogLines).join('\n'));
  } catch (error) {
    signal.throwIfAborted();
    progress.say(`The build log of ${id} could not be read: ${explainError(error)}`);
  }
}
