import { connectionLost, type NetworkError } from '../network-error.ts';
import { talkOverTcp } from '../socket.ts';
import { RedisRefused } from './refusals.ts';
import { explainTlsMismatch } from './tls-mismatch.ts';
import type { RedisAddress } from './url.ts';

/** Milliseconds. */
const timeout = 500;

/**
 * Why the other side closed the connection or said nothing: asks the port once more, without credentials. Redis tells a
 * client that it has too many of them before it closes, and the client loses the message when it was sending already.
 */
export async function lookAgain(
  failure: NetworkError,
  { address, signal }: { address: RedisAddress; signal: AbortSignal },
  target: string,
): Promise<NetworkError | RedisRefused> {
  if (!address.tls && failure.kind === connectionLost) {
    const { host, port } = address;
    const greeting = await talkOverTcp({ host, port, expect: '\r\n', timeout, signal }).catch(() => '');
    signal.throwIfAborted();
    if (/^-ERR max number of clients/.test(greeting)) return new RedisRefused(greeting.slice(1).trim());
  }
  return explainTlsMismatch(failure, { address, signal }, target);
}
