import { once } from 'node:events';
import type { Server, Socket } from 'node:net';

const connections = new WeakMap<Server, Set<Socket>>();

/**
 * Listens on a free port of the loopback interface and gives the address, with the scheme. Neither the server nor its
 * connections keep the process alive: one that a failed test leaves behind would keep the whole run from ending.
 */
export async function listen(server: Server, scheme = 'http', host = '127.0.0.1'): Promise<string> {
  const open = new Set<Socket>();
  connections.set(server, open);
  server.on('connection', socket => {
    open.add(socket.unref());
    socket.once('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return `${scheme}://${host}:${address.port}`;
}

/**
 * Stops a server that listens by `listen`, and ends its connections. `close` alone waits for those that are half
 * closed, and `closeAllConnections` does not know those that were upgraded. Harmless for one that does not listen.
 */
export async function stopServer(server: Server | undefined): Promise<void> {
  if (!server) return;
  for (const socket of connections.get(server) ?? []) socket.destroy();
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
}
