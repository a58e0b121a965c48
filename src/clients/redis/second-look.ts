import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { FindingKind } from '../../core/finding.ts';
import { NetworkError } from '../network-error.ts';
import { RedisRefused } from './refusals.ts';
import type { RedisAddress } from './url.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const needsTls: FindingKind = {
  ...delivery,
  code: 'network/needs-tls',
  meaning: 'The port expects TLS, and the address connects without it, so the server closed the connection.',
  cause: "The provider's TLS port with redis:// in place of rediss://.",
  help: 'Use rediss:// in place of redis://.',
};

export const hasNoTls: FindingKind = {
  ...delivery,
  code: 'network/without-tls',
  meaning: 'The port serves plain text, and the address asks for TLS, so no connection came about.',
  cause: 'rediss:// for an endpoint on a private network, or the plain port of a server that has a TLS port as well.',
  help: 'Use the TLS port, or redis:// if the endpoint is on a private network.',
};

/** Milliseconds. */
const patience = 500;

/**
 * Why the other side closed the connection or said nothing: asks the port once more, without credentials. Redis tells a
 * client that it has too many of them before it closes, and the client loses the message when it was sending already.
 */
export async function lookAgain({ host, port, tls }: RedisAddress, target: string): Promise<Error | undefined> {
  const greeting = await hear(connectTcp({ host, port, autoSelectFamily: true }), tls ? 'PING\r\n' : '');
  if (/^-ERR max number of clients/.test(greeting)) return new RedisRefused(greeting.slice(1).trim());
  if (tls && /^[+-]/.test(greeting)) return new NetworkError(hasNoTls, `${target} answers in plain text, not TLS`);
  if (tls || greeting !== '') return undefined;
  const isTls = await handshakes(connectTls({ host, port, rejectUnauthorized: false }));
  return isTls ? new NetworkError(needsTls, `${target} speaks TLS, and the address is without it`) : undefined;
}

/** The first that arrives, after sending this; empty when nothing does. */
function hear(socket: Socket, send: string): Promise<string> {
  return settle(socket, resolve => {
    socket.once('connect', () => send !== '' && socket.write(send));
    socket.once('data', data => resolve(data.toString('latin1', 0, 200)));
    return '';
  });
}

function handshakes(socket: ReturnType<typeof connectTls>): Promise<boolean> {
  return settle(socket, resolve => {
    socket.once('secureConnect', () => resolve(true));
    return false;
  });
}

/** Resolves with what `listen` resolves, and with what it returns when the socket ends or says nothing. */
function settle<Value>(socket: Socket, listen: (resolve: (value: Value) => void) => Value): Promise<Value> {
  return new Promise<Value>(resolve => {
    const otherwise = listen(resolve);
    socket.on('error', () => resolve(otherwise));
    socket.once('close', () => resolve(otherwise));
    socket.setTimeout(patience, () => resolve(otherwise));
  }).finally(() => socket.destroy());
}
