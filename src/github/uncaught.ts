/**
 * Rejects with the first error that nothing caught, such as one from a connection's event or a promise that nobody
 * awaits. Also rejects when no work is left that could end the gate. In both cases Node.js would exit without outputs.
 */
export function watchForUncaught(): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {}); // without this, a rejection that nobody awaits would end the process
  process.on('uncaughtException', reject);
  process.once('beforeExit', () => reject(new Error('it waits for something that can never happen')));
  return promise;
}
