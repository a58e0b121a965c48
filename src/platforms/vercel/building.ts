import type { GateContext } from '../../core/context.ts';
import { explainError } from '../../core/errors.ts';
import { cancelUnwatched } from '../cancel-unwatched.ts';
import type { Progress } from '../platform.ts';
import { extendSignal, poll } from '../polling.ts';
import { idOf, type VercelDeployment } from './answers.ts';
import { metaKey, type NewDeployment, type VercelApi } from './api.ts';

/** Milliseconds that Vercel may take to list what it has accepted. */
const listedWithin = 10_000;
/** The same where the run is cancelled and ends soon. */
const listedWithinCancelled = 600;

export interface Building {
  /** Whether Vercel moves the production domains to what is built. */
  assignsDomains: boolean;
  api: VercelApi;
  context: GateContext;
  signal: AbortSignal;
  progress: Progress;
}

/** What Vercel has made of a request or an upload, as soon as it lists it. */
export function deploymentMade(
  wanted: NewDeployment,
  building: Building,
  signal = building.signal,
  deadline = listedWithin,
): Promise<VercelDeployment | undefined> {
  const { api, context } = building;
  const pause = () => Math.min(1000, deadline / 3);
  return poll({ clock: context.clock, signal, deadline, pause }, async () =>
    (await api.productionDeployments(wanted.project, signal)).find(({ meta }) => meta?.[metaKey] === wanted.key),
  );
}

/** A request or an upload that was broken off may have been complete: then Vercel goes on with it. */
export async function takeBack(wanted: NewDeployment, building: Building): Promise<void> {
  const { signal, progress } = building;
  const later = wanted.staged ? 'become READY, and not live' : 'become READY, and live';
  try {
    const made = await deploymentMade(wanted, building, extendSignal(signal), listedWithinCancelled);
    if (made) return await cancelBuild(idOf(made), building);
    progress.say(`Vercel lists no deployment of this release; if it was sent as a whole, it may still ${later}.`);
  } catch (error) {
    progress.say(`Whether Vercel has the release could not be asked; it may still ${later}: ${explainError(error)}`);
  }
}

export function cancelBuild(id: string, { api, signal, progress }: Building): Promise<void> {
  return cancelUnwatched(`The build of ${id}`, 'Vercel', soon => api.cancel(id, soon), { signal, progress });
}
