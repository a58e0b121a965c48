import { isNativeError } from 'node:util/types';
import { messageOf } from '../core/errors.ts';
import { type Boundary, type Finding, type FindingKind, found, type Place } from '../core/finding.ts';
import type { Verdict } from '../core/verdict.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const unknownHost: FindingKind = {
  ...delivery,
  code: 'network/unknown-host',
  meaning: 'The host has no address in DNS, so nothing was asked and nothing is known of the release.',
  cause: 'A misspelt host, a DNS record that is not there yet, or a runner without DNS.',
  remedy: 'Check the host in the configuration and its DNS record, then run the gate again.',
};

export const unreachable: FindingKind = {
  ...delivery,
  code: 'network/unreachable',
  meaning: 'The runner has no route to the host, so nothing is known of the release.',
  cause: 'An address that only has IPv6 (GitHub-hosted runners have none), a private address, or a firewall.',
  remedy: 'Use a host that the runner can reach, or run the gate on a runner inside the network.',
};

export const connectionRefused: FindingKind = {
  ...delivery,
  code: 'network/connection-refused',
  meaning: 'The host is there and nothing listens on the port.',
  cause: 'The service did not start, crashed, or listens on another port.',
  remedy: "Look at the service's log for why it does not listen, and compare the port with its configuration.",
};

export const badCertificate: FindingKind = {
  ...delivery,
  code: 'network/bad-certificate',
  meaning: 'The TLS certificate is not one that users would trust, so nothing was sent.',
  cause: 'It has expired, is self-signed, was issued for another name, or its chain is incomplete.',
  remedy: 'Renew or correct the certificate of the host.',
};

export const noTls: FindingKind = {
  ...delivery,
  code: 'network/tls-failed',
  meaning: 'No TLS connection came about.',
  cause: 'The port speaks plain text, or a TLS version that is too old.',
  remedy: 'Check the scheme and port of the address, and the TLS versions of the host.',
};

export const timedOut: FindingKind = {
  ...delivery,
  code: 'network/timed-out',
  meaning: 'No answer came in time.',
  cause: 'The service hangs, is overloaded, or a firewall drops the packets.',
  remedy: "Look at the service's log and load; if it is meant to be slow, raise `timeout`.",
};

export const connectionLost: FindingKind = {
  ...delivery,
  code: 'network/connection-lost',
  meaning: 'The connection ended before the answer was complete.',
  cause: 'The service crashed or restarted while answering, or a proxy closed the connection.',
  remedy: "Look at the service's log at this moment.",
};

/** Why no answer came. Codes: Node.js documentation, Errors (system errors, OpenSSL codes); undici docs, Errors. */
const kindsByCode: Record<string, FindingKind> = {
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  EADDRNOTAVAIL: unreachable,
  ECONNREFUSED: connectionRefused,
  ETIMEDOUT: timedOut,
  UND_ERR_CONNECT_TIMEOUT: timedOut,
  UND_ERR_HEADERS_TIMEOUT: timedOut,
  UND_ERR_BODY_TIMEOUT: timedOut,
  CERT_HAS_EXPIRED: badCertificate,
  CERT_NOT_YET_VALID: badCertificate,
  DEPTH_ZERO_SELF_SIGNED_CERT: badCertificate,
  SELF_SIGNED_CERT_IN_CHAIN: badCertificate,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: badCertificate,
  UNABLE_TO_GET_ISSUER_CERT: badCertificate,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: badCertificate,
  ERR_TLS_CERT_ALTNAME_INVALID: badCertificate,
  EPROTO: noTls,
  ECONNRESET: connectionLost,
  EPIPE: connectionLost,
  UND_ERR_SOCKET: connectionLost,
};

/** No answer came over the network, and why. */
export class NetworkError extends Error {
  readonly kind: FindingKind;

  constructor(kind: FindingKind, message: string) {
    super(message);
    this.name = 'NetworkError';
    this.kind = kind;
  }

  /** A host that cannot be found or reached says nothing about the release; one that does not answer does. */
  get verdict(): Verdict {
    return this.kind === unknownHost || this.kind === unreachable ? 'error' : 'failed';
  }

  finding(about: { boundary?: Boundary; place?: Place }): Finding {
    return found(this.kind, { seen: `${this.message}.`, ...about });
  }
}

/** The error as a NetworkError if it is one of the network; else undefined. `target` names what was asked. */
export function asNetworkError(error: unknown, target: string): NetworkError | undefined {
  if (error instanceof NetworkError) return error;
  for (const inner of causesOf(error)) {
    const kind = 'code' in inner ? kindsByCode[String(inner.code)] : undefined;
    if (kind) return new NetworkError(kind, `${target} gave no answer: ${messageOf(inner)}`);
  }
  return undefined;
}

/** The error, what it wraps, and what an attempt on several addresses collected. */
function* causesOf(error: unknown): Generator<Error> {
  if (!isNativeError(error)) return; // `instanceof` would not know an error of another realm
  yield error;
  if ('errors' in error && Array.isArray(error.errors)) for (const inner of error.errors) yield* causesOf(inner);
  yield* causesOf(error.cause);
}
