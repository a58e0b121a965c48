interface Stoppable {
  stop(): unknown;
}

const cleanups: (() => unknown)[] = [];

/** Undoes this after the test, whether it passes or fails. A benchmark calls `cleanUp` itself. */
export function onCleanUp(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

/** Undoes everything registered so far, the last first. */
export async function cleanUp(): Promise<void> {
  await runAll(cleanups.splice(0).reverse());
}

/** Stops each of them, even when one fails to stop. */
export async function stopAll(...started: (Stoppable | undefined)[]): Promise<void> {
  await runAll(started.map(one => () => one?.stop()));
}

/** Waits for several that start at once. If one fails to start, stops the others before throwing its error. */
export async function allStarted<Started extends Stoppable[]>(
  ...starting: { [At in keyof Started]: Promise<Started[At]> }
): Promise<Started> {
  const outcomes = await Promise.allSettled(starting);
  if (outcomes.some(({ status }) => status === 'rejected'))
    await stopAll(...outcomes.map(outcome => (outcome.status === 'fulfilled' ? outcome.value : undefined)));
  return Promise.all(starting) as Promise<Started>;
}

/** Runs them one after another, and throws every failure at the end. */
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
