import { afterEach } from '@jest/globals';

interface Stoppable {
  stop(): unknown;
}

const cleanups: (() => unknown)[] = [];

afterEach(cleanUp);

/** What is to be undone after the test, whatever comes of it. */
export function onCleanUp(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

/** Undoes it before that; the last first. */
export async function cleanUp(): Promise<void> {
  await runAll(cleanups.splice(0).reverse());
}

/** Stops each of them, also after one that did not want to. */
export async function stopAll(...started: (Stoppable | undefined)[]): Promise<void> {
  await runAll(started.map(one => () => one?.stop()));
}

/**
 * Waits for several that start at once. Where one does not start, the others are stopped before its reason is thrown.
 */
export async function allStarted<Started extends Stoppable[]>(
  ...starting: { [At in keyof Started]: Promise<Started[At]> }
): Promise<Started> {
  const outcomes = await Promise.allSettled(starting);
  if (outcomes.some(({ status }) => status === 'rejected'))
    await stopAll(...outcomes.map(outcome => (outcome.status === 'fulfilled' ? outcome.value : undefined)));
  return Promise.all(starting) as Promise<Started>;
}

/** One after the other; all that went wrong is thrown at the end. */
async function runAll(steps: (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, 'Several things could not be stopped.');
}
