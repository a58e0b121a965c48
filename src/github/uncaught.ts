/**
 * Rejects with the first error that nothing caught: an event of a connection, a promise that was let go. Node would
 * print its stack and exit, and no outputs would be written.
 */
export function uncaughtError(): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {}); // only of interest to who races with it
  process.on('uncaughtException', reject);
  return promise;
}
