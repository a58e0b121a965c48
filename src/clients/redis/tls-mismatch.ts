import { connectionLost, malformedAnswer, NetworkError, noTls, timedOut } from '../network-error.ts';
import { talkOverTcp } from '../socket.ts';
import { inspectTls } from '../tls.ts';
import type { RedisAddress } from './url.ts';

/** Milliseconds to find out what the port speaks. */
const timeout = 500;

/**
 * Explains a failed connection by a port that speaks TLS where the URL does not ask for it, or the other way round. A
 * Redis without TLS waits for the end of the first line when a client begins with TLS, and one with TLS hangs up.
 */
export async function explainTlsMismatch(
  failure: NetworkError,
  { address, signal }: { address: RedisAddress; signal: AbortSignal },
  target: string,
): Promise<NetworkError> {
  const { host, port, tls: isSecure } = address;
  const request = { host, port, timeout, signal };
  const telling = isSecure ? [timedOut, noTls, connectionLost] : [connectionLost, malformedAnswer];
  if (!telling.includes(failure.kind)) return failure;
  try {
    if (isSecure) {
      const said = await talkOverTcp({ ...request, send: 'PING\r\n', expect: '\r\n' });
      if (!/^(\+PONG|-\w+)/.test(said)) return failure;
      return new NetworkError(noTls, `${target} speaks no TLS on this port, but the URL begins with rediss://`, {
        help: 'Begin the URL with redis://, or use the port on which Redis speaks TLS.',
      });
    }
    await inspectTls(request);
    return new NetworkError(noTls, `${target} expects TLS on this port, but the URL begins with redis://`, {
      help: 'Begin the URL with rediss://.',
    });
  } catch {
    signal.throwIfAborted();
    return failure; // the port tells nothing more
  }
}
