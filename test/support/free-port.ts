import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A TCP port that is free on the loopback interface now. For servers that cannot bind port 0 themselves; another
 * process may take it in between, so its user tries again with another when it is told the address is in use.
 */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return address.port;
}

/** Runs `start` on a free port, and on another one as long as the port was taken in between; at most five times. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      const taken = error instanceof Error && /address already in use/i.test(error.message);
      if (!taken || attempt === 5) throw error;
    }
  }
}
