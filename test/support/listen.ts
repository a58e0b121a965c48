import { once } from 'node:events';
import type { Server } from 'node:net';

/** Listens on a free port of the loopback interface and gives the address, with the scheme. */
export async function listen(server: Server, scheme = 'http', host = '127.0.0.1'): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return `${scheme}://${host}:${address.port}`;
}
