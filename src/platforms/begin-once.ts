import { Uncertain } from '../clients/api/errors.ts';
import { uncertain } from '../clients/api/findings.ts';
import { explainError } from '../core/errors.ts';
import { found } from '../core/finding.ts';
import { type Deploying, type Deployments, leaveDeployment } from './deploying.ts';
import { extendSignal, poll } from './polling.ts';

/** Milliseconds that a platform may take to list what it has accepted. */
const listedWithin = 30_000;

export interface Beginning<One extends { id: string; status: string }> {
  deployments: Deployments<One>;
  deploying: Deploying;
  /** Begins the deployment; returns its id where the platform tells it. */
  begin(): Promise<string | undefined>;
  /** Whether a new deployment can be the one that was begun. */
  isOurs(one: One): boolean;
}

/**
 * Begins a deployment and returns its id. If the platform does not tell the id, or its answer was lost, the new
 * deployment is found in the list instead of being begun twice. Throws an Uncertain when there is none.
 */
export async function beginOnce<One extends { id: string; status: string }>(
  beginning: Beginning<One>,
): Promise<string> {
  const { deployments, deploying, isOurs } = beginning;
  const { signal, progress } = deploying;
  const known = new Set((await deployments.list(signal)).map(({ id }) => id));
  const findNew = async (asked: AbortSignal) =>
    (await deployments.list(asked)).find(one => !known.has(one.id) && isOurs(one));
  progress.touched();
  try {
    return await beginAndFind(beginning, findNew);
  } catch (error) {
    if (signal.aborted) await leaveUnwatched(beginning, findNew);
    throw error;
  }
}

type FindNew<One> = (signal: AbortSignal) => Promise<One | undefined>;

async function beginAndFind<One extends { id: string; status: string }>(
  { deployments: { vendor, pause }, deploying: { context, signal, progress }, begin }: Beginning<One>,
  findNew: FindNew<One>,
): Promise<string> {
  const message = `${vendor} accepted the change but lists no new deployment.`;
  let lost = new Uncertain(found(uncertain, { message }));
  try {
    const id = await begin();
    if (id !== undefined) return id;
  } catch (error) {
    if (!(error instanceof Uncertain)) throw error;
    lost = error;
  }
  const polling = { clock: context.clock, signal, deadline: listedWithin, pause };
  const one = await poll(polling, () => findNew(signal));
  if (one === undefined) {
    progress.adrift();
    throw lost;
  }
  return one.id;
}

/** The platform may have begun what it was asked for just before the run was cancelled. */
async function leaveUnwatched<One extends { id: string; status: string }>(
  { deployments, deploying }: Beginning<One>,
  findNew: FindNew<One>,
): Promise<void> {
  const { vendor } = deployments;
  const { signal, progress } = deploying;
  try {
    const one = await findNew(extendSignal(signal));
    if (one !== undefined) return await leaveDeployment(one.id, deployments, deploying);
    progress.adrift();
    progress.say(`${vendor} lists no new deployment. The requested one may still go live.`);
  } catch (error) {
    progress.adrift();
    progress.say(
      `${vendor} did not list its deployments, so the requested one may still go live: ${explainError(error)}`,
    );
  }
}
