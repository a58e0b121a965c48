/**
 * Rejects with the first error that nothing caught (an event of a connection, a promise that was let go), and when
 * nothing is left that could end the work. Node would exit by itself, and no outputs would be written.
 */
export function watchForUncaught(): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {}); // only of interest to who races with it
  process.on('uncaughtException', reject);
  process.once('beforeExit', () => reject(new Error('it waits for something that will never happen')));
  return promise;
}
