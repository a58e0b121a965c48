import { connect, createServer, type Socket } from 'node:net';
import { listen } from '../../../support/listen.ts';

/** Stands between a client and a server, and ends the first connection at a step of our choice. */
export interface CuttingProxy {
  /** The connection string of the server, by way of this proxy. */
  url: string;
  /** How many messages the client has sent on its first connection. */
  readonly steps: number;
  stop(): Promise<void>;
}

export interface Cut {
  /** Which message of the client it is, from 1. */
  step: number;
  /** Before the server gets the message, or once it has answered and the client has not heard. */
  when: 'before' | 'after';
  /** Called at the cut. */
  onCut?: () => void;
}

export async function startCuttingProxy(target: string, { step, when, onCut }: Cut): Promise<CuttingProxy> {
  const url = new URL(target);
  const { hostname, port } = url;
  const sockets = new Set<Socket>();
  let connections = 0;
  let steps = 0;
  const server = createServer(client => {
    const first = ++connections === 1;
    const upstream = connect(Number(port), hostname);
    let deaf = false;
    const end = () => {
      onCut?.();
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {}); // it is what we are here for
      socket.on('close', () => (socket === client ? upstream : client).destroy());
    }
    client.on('data', data => {
      const now = first && ++steps === step;
      if (now && when === 'before') return end();
      if (now) deaf = true;
      upstream.write(data);
    });
    upstream.on('data', data => (deaf ? end() : client.write(data)));
  });
  url.port = new URL(await listen(server)).port;
  url.searchParams.set('sslmode', 'disable'); // one connection, and not a first one that only asks for TLS
  return {
    url: url.href,
    get steps() {
      return steps;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
