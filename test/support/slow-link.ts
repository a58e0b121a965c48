import { connect, createServer, type Socket } from 'node:net';
import { listen, stopServer } from './listen.ts';

export interface SlowLink {
  /** Of the near end: `127.0.0.1:<port>`. */
  host: string;
  stop(): Promise<void>;
}

/** A TCP proxy that holds back what passes, in each direction, for half of a round trip (milliseconds). */
export async function startSlowLink(target: string, roundTrip: number): Promise<SlowLink> {
  const { hostname, port } = new URL(target);
  const server = createServer(near => {
    const far = connect(Number(port), hostname);
    pass(near, far, roundTrip / 2);
    pass(far, near, roundTrip / 2);
  });
  const { host } = new URL(await listen(server));
  return { host, stop: () => stopServer(server) };
}

function pass(from: Socket, to: Socket, delay: number): void {
  const later = (act: () => void) => setTimeout(act, delay).unref();
  from.on('data', data => later(() => to.writable && to.write(data)));
  from.on('error', () => {});
  from.on('close', () => later(() => to.destroy()));
}
