import { Uncertain } from '../../clients/api/errors.ts';
import { explainError } from '../../core/errors.ts';
import { extendSignal, poll } from '../polling.ts';
import { findCommit, getCreated, getId, getState, isBuilding, type VercelDeployment } from './answers.ts';
import { metaKey, type NewDeployment, stagedKey } from './api.ts';
import { cancelBuild, type Deploying } from './deploying.ts';

/** Milliseconds that Vercel may take to list what it has accepted; less where the run is cancelled and ends soon. */
const listedWithin = 10_000;
const listedWithinCancelled = 600;

/**
 * Starts the deployment of a commit. Joins one that is being built already, by a push or an earlier attempt, and reuses
 * what an earlier attempt has staged.
 */
export async function startBuild(wanted: NewDeployment, deploying: Deploying): Promise<VercelDeployment> {
  const { api, signal, progress } = deploying;
  const known = wanted.again ? [] : await api.listProductionDeployments(wanted.project, signal);
  const same = wanted.staged ? await findStaged(known, wanted.commit, deploying) : findBuilding(known, wanted.commit);
  progress.touched();
  if (same) {
    const how = isBuilding(same) ? 'is already building this commit. The gate waits for it' : 'is already staged';
    progress.say(`${getId(same)} ${how}.`);
    return same;
  }
  try {
    return await create(wanted, deploying);
  } catch (error) {
    if (signal.aborted) await takeBack(wanted, deploying);
    throw error;
  }
}

async function create(wanted: NewDeployment, deploying: Deploying): Promise<VercelDeployment> {
  try {
    return await deploying.api.createDeployment(wanted, deploying.signal);
  } catch (error) {
    if (!(error instanceof Uncertain)) throw error;
    const created = await findCreated(wanted, deploying);
    if (created === undefined) {
      if (deploying.assignsDomains) deploying.progress.adrift();
      throw error;
    }
    return created;
  }
}

/** A staged build does not go live by itself, so a release that must go live cannot join it. */
function findBuilding(known: VercelDeployment[], commit: string): VercelDeployment | undefined {
  return known.find(one => findCommit(one) === commit && isBuilding(one) && one.meta?.[stagedKey] === undefined);
}

/**
 * The build of the commit that an earlier attempt has staged, or is still building. A build of a push does not count,
 * since it goes live by itself. Neither does a build from before a change of the variables, since it keeps the old ones.
 */
async function findStaged(
  known: VercelDeployment[],
  commit: string,
  { api, signal, progress }: Deploying,
): Promise<VercelDeployment | undefined> {
  const staged = known.find(one => one.meta?.[stagedKey] === commit && (isBuilding(one) || isStaged(one)));
  if (staged === undefined) return undefined;
  if ((await api.findLastVariableChange(signal)) <= getCreated(staged)) return staged;
  progress.say(`${getId(staged)} was staged with earlier variables, so Vercel builds the commit again.`);
  return undefined;
}

/** Whether it is built and has never served production. */
function isStaged(deployment: VercelDeployment): boolean {
  return getState(deployment) === 'READY' && deployment.readySubstate === 'STAGED';
}

/** The deployment that Vercel made of a request or an upload, as soon as Vercel lists it. */
export function findCreated(
  wanted: NewDeployment,
  { api, context, signal }: Pick<Deploying, 'api' | 'context' | 'signal'>,
  deadline = listedWithin,
): Promise<VercelDeployment | undefined> {
  const pause = () => Math.min(1000, deadline / 3);
  return poll({ clock: context.clock, signal, deadline, pause }, async () =>
    (await api.listProductionDeployments(wanted.project, signal)).find(({ meta }) => meta?.[metaKey] === wanted.key),
  );
}

/** Cancels the build of an interrupted request or upload: if Vercel got all of it, Vercel goes on. */
export async function takeBack(wanted: NewDeployment, deploying: Deploying): Promise<void> {
  const { signal, progress } = deploying;
  const later = wanted.staged ? 'become READY, but not live' : 'become READY and live';
  try {
    const soon = { ...deploying, signal: extendSignal(signal) };
    const created = await findCreated(wanted, soon, listedWithinCancelled);
    if (created) return await cancelBuild(getId(created), deploying);
    if (deploying.assignsDomains) progress.adrift();
    progress.say(`Vercel lists no deployment of this release. If Vercel got all of it, it may still ${later}.`);
  } catch (error) {
    if (deploying.assignsDomains) progress.adrift();
    progress.say(`Vercel did not say whether it has the release, which may still ${later}: ${explainError(error)}`);
  }
}
