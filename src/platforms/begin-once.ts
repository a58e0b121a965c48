import { Uncertain } from '../clients/api/errors.ts';
import { uncertain } from '../clients/api/findings.ts';
import type { Clock } from '../core/clock.ts';
import { explainError } from '../core/errors.ts';
import { found } from '../core/finding.ts';
import type { Progress } from './platform.ts';
import { extendSignal, poll } from './polling.ts';

/** Milliseconds that a platform may take to list what it has accepted. */
const listedWithin = 30_000;

export interface Beginning<One extends { id: string }> {
  /** As a person knows the platform. */
  vendor: string;
  /** The newest deployments of the service. */
  list(signal: AbortSignal): Promise<One[]>;
  /** Begins it; returns its id where the platform says it. */
  begin(): Promise<string | undefined>;
  /** Whether a new deployment can be the one that was begun. */
  isOurs(one: One): boolean;
  /** Leaves what was begun where it is, or cancels it: the run was cancelled. */
  leave(id: string): Promise<void>;
  clock: Clock;
  signal: AbortSignal;
  progress: Progress;
}

/**
 * Begins a deployment and returns its id. Where the platform does not say it, or its answer was lost, it is looked for
 * among those that are new: it is never begun twice. Throws an Uncertain when there is none.
 */
export async function beginOnce<One extends { id: string }>(beginning: Beginning<One>): Promise<string> {
  const { list, isOurs, signal, progress } = beginning;
  const known = new Set((await list(signal)).map(({ id }) => id));
  const made = async (asked: AbortSignal) => (await list(asked)).find(one => !known.has(one.id) && isOurs(one));
  progress.touched();
  try {
    return await beginAndFind(beginning, made);
  } catch (error) {
    if (signal.aborted) await leaveUnwatched(beginning, made);
    throw error;
  }
}

async function beginAndFind<One extends { id: string }>(
  { vendor, begin, clock, signal }: Beginning<One>,
  made: (signal: AbortSignal) => Promise<One | undefined>,
): Promise<string> {
  const message = `${vendor} has accepted the change and lists no new deployment.`;
  let lost = new Uncertain(found(uncertain, { message }));
  try {
    const id = await begin();
    if (id !== undefined) return id;
  } catch (error) {
    if (!(error instanceof Uncertain)) throw error;
    lost = error;
  }
  const one = await poll({ clock, signal, deadline: listedWithin, pause: pauseAfter }, () => made(signal));
  if (one === undefined) throw lost;
  return one.id;
}

/** What was asked for when the run was cancelled may have been begun. */
async function leaveUnwatched<One extends { id: string }>(
  { vendor, leave, signal, progress }: Beginning<One>,
  made: (signal: AbortSignal) => Promise<One | undefined>,
): Promise<void> {
  try {
    const one = await made(extendSignal(signal));
    if (one !== undefined) return await leave(one.id);
    progress.say(`${vendor} lists no new deployment; what it was asked for may still go live.`);
  } catch (error) {
    progress.say(`What ${vendor} was asked for may still go live, since it could not be asked: ${explainError(error)}`);
  }
}

function pauseAfter(elapsed: number): number {
  return elapsed < 500 ? 100 : 1000;
}
