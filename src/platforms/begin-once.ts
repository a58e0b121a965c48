import type { Clock } from '../core/clock.ts';
import { found } from '../core/finding.ts';
import { Uncertain } from './api-errors.ts';
import { uncertain } from './findings.ts';
import type { Progress } from './platform.ts';
import { poll } from './polling.ts';

/** Milliseconds that a platform may take to list what it has accepted. */
const listedWithin = 30_000;

export interface Beginning<One extends { id: string }> {
  /** As a person knows the platform. */
  vendor: string;
  /** The newest deployments of the service. */
  list(): Promise<One[]>;
  /** Begins it; returns its id where the platform says it. */
  begin(): Promise<string | undefined>;
  /** Whether a new deployment can be the one that was begun. */
  isOurs(one: One): boolean;
  clock: Clock;
  signal: AbortSignal;
  progress: Progress;
}

/**
 * Begins a deployment and returns its id. Where the platform does not say it, or its answer was lost, it is looked for
 * among those that are new: it is never begun twice. Throws an Uncertain when there is none.
 */
export async function beginOnce<One extends { id: string }>(beginning: Beginning<One>): Promise<string> {
  const { vendor, list, begin, isOurs, clock, signal, progress } = beginning;
  const known = new Set((await list()).map(({ id }) => id));
  const seen = `${vendor} has accepted the change and lists no new deployment.`;
  let lost = new Uncertain(found(uncertain, { seen }));
  progress.touched();
  try {
    const id = await begin();
    if (id !== undefined) return id;
  } catch (error) {
    if (!(error instanceof Uncertain)) throw error;
    lost = error;
  }
  const made = await poll({ clock, signal, deadline: listedWithin, pause: pauseAfter }, async () =>
    (await list()).find(one => !known.has(one.id) && isOurs(one)),
  );
  if (made === undefined) throw lost;
  return made.id;
}

function pauseAfter(elapsed: number): number {
  return elapsed < 500 ? 100 : 1000;
}
