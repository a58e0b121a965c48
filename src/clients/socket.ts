import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { startDeadline } from './deadline.ts';
import { connectionLost, NetworkError, timedOut, toNetworkError } from './network-error.ts';

export interface Address {
  host: string;
  port: number;
}

export interface TcpRequest extends Address {
  /** Text to send once connected. */
  send?: string | undefined;
  /** Text to wait for. Without it, connecting is enough. */
  expect?: string | undefined;
  /** Milliseconds for all of it. */
  timeout: number;
  signal: AbortSignal;
}

/** What arrived of a text that did not come; characters. */
const kept = 4096;

/** `host:port` or `[address]:port`; without a port the default is taken. */
export function parseAddress(text: string, defaultPort = 0): Address {
  const [, bracketed, host = '', port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? [];
  return { host: bracketed ?? host, port: port === undefined ? defaultPort : Number(port) };
}

/** As it is written in an address: of IPv6 in brackets. */
export function formatAddress({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Connects, and returns what arrived until the expected text or the end of the connection. Throws a NetworkError when
 * there is no connection in time, and the signal's reason when aborted.
 */
export async function talkOverTcp(request: TcpRequest): Promise<string> {
  const { host, port, send, expect, timeout, signal } = request;
  const target = `TCP ${formatAddress(request)}`;
  const deadline = startDeadline(timeout, signal);
  const socket = connect({ host, port, autoSelectFamily: true });
  const stop = () => socket.destroy(deadline.signal.reason);
  deadline.signal.addEventListener('abort', stop, { once: true });
  let received = '';
  let connected = false;
  try {
    signal.throwIfAborted();
    await once(socket, 'connect');
    connected = true;
    if (send !== undefined) socket.write(send);
    if (expect !== undefined) received = await readUntil(socket, expect);
    return received;
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.passed) {
      const what = connected ? 'connected, and the expected text did not arrive' : 'did not connect';
      throw new NetworkError(timedOut, `${target} ${what} within ${timeout} ms`, { heard: connected });
    }
    throw (
      toNetworkError(error, target) ?? new NetworkError(connectionLost, `${target} closed the connection too early`)
    );
  } finally {
    deadline.clear();
    socket.destroy();
  }
}

async function readUntil(socket: Socket, expected: string): Promise<string> {
  let received = '';
  for await (const chunk of socket.setEncoding('utf8')) {
    received = `${received}${chunk}`.slice(-Math.max(kept, expected.length * 2));
    if (received.includes(expected)) break;
  }
  return received;
}
