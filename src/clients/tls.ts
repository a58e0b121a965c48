import type { PeerCertificate, TLSSocket } from 'node:tls';
import { startDeadline } from './deadline.ts';
import { connectionLost, NetworkError, timedOut, toNetworkError } from './network-error.ts';
import { type Address, formatAddress } from './socket.ts';

export interface TlsRequest extends Address {
  /** The name that is asked for and that the certificate must be for. Default: the host. */
  name?: string | undefined;
  /** Milliseconds for the whole handshake. */
  timeout: number;
  signal: AbortSignal;
}

/** What a handshake has shown. */
export interface TlsSeen {
  /** Such as `TLSv1.3`. */
  protocol: string;
  /** Milliseconds since the epoch. */
  validFrom: number;
  validTo: number;
  /** Why users would not trust it; undefined when they would. */
  distrust: NetworkError | undefined;
  /** The names that it is for. */
  names: string[];
  /** Who signed it. */
  issuer: string;
  /** Such as `RSA 2048` or `EC prime256v1`; the number of bits where it is RSA. */
  key: { kind: string; bits: number | undefined };
  /** The certificates that the server sent and that lead to an authority. */
  chainLength: number;
}

/**
 * Opens a TLS connection and reads the certificate, trusted or not. It accepts old versions on purpose, to report them.
 * Throws a NetworkError when the connection fails, and the signal's reason when aborted.
 */
export async function inspectTls(request: TlsRequest): Promise<TlsSeen> {
  const { connect, checkServerIdentity } = await import('node:tls');
  const { host, port, timeout, signal } = request;
  const name = request.name ?? host;
  const target = `TLS ${formatAddress(request)}`;
  const deadline = startDeadline(timeout, signal);
  signal.throwIfAborted();
  const socket = connect({
    host,
    port,
    ...(/^[\d.]+$|:/.test(name) ? {} : { servername: name }),
    rejectUnauthorized: false, // it is looked at below, and nothing is sent
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT:@SECLEVEL=0', // without it OpenSSL 3 offers no TLS before 1.2
  });
  const stop = () => socket.destroy(deadline.signal.reason);
  deadline.signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve).once('error', reject);
      socket.once('close', () =>
        reject(new NetworkError(connectionLost, `${target} closed the connection during the handshake`)),
      );
    });
    const certificate = socket.getPeerCertificate(true);
    const mismatch = checkServerIdentity(name, certificate);
    return describeHandshake(socket, certificate, mismatch, target);
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.passed) throw new NetworkError(timedOut, `${target} made no TLS connection within ${timeout} ms`);
    throw toNetworkError(error, target) ?? error;
  } finally {
    deadline.clear();
    socket.on('error', () => {}); // the connection ends here, so its errors no longer matter
    socket.destroy();
  }
}

function describeHandshake(
  socket: TLSSocket,
  certificate: PeerCertificate,
  mismatch: Error | undefined,
  target: string,
): TlsSeen {
  const problem = socket.authorizationError ?? mismatch;
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    validFrom: Date.parse(certificate.valid_from),
    validTo: Date.parse(certificate.valid_to),
    distrust: problem && toNetworkError(toError(problem), target),
    names: (certificate.subjectaltname ?? '').split(', ').map(entry => entry.replace(/^(DNS|IP Address):/, '')),
    issuer: String(certificate.issuer?.O ?? certificate.issuer?.CN ?? 'nobody'),
    key: { kind: certificate.asn1Curve ? `EC ${certificate.asn1Curve}` : 'RSA', bits: certificate.bits },
    chainLength: countChain(certificate),
  };
}

/** Node.js gives the code alone here (lib/_tls_wrap.js, onConnectSecure), whatever its types say. */
function toError(problem: unknown): Error {
  if (problem instanceof Error) return problem;
  return Object.assign(new Error(String(problem).toLowerCase().replaceAll('_', ' ')), { code: String(problem) });
}

function countChain(certificate: PeerCertificate): number {
  const seen = new Set<string>();
  for (let at: unknown = certificate; isCertificate(at) && !seen.has(at.fingerprint256); at = at.issuerCertificate)
    seen.add(at.fingerprint256);
  return seen.size;
}

function isCertificate(value: unknown): value is { fingerprint256: string; issuerCertificate?: unknown } {
  return value !== null && typeof value === 'object' && 'fingerprint256' in value;
}
