import { isNativeError } from 'node:util/types';
import { formatError, getErrorCode } from '../core/errors.ts';
import { type Boundary, type Finding, type FindingKind, found, type Place } from '../core/finding.ts';
import type { Verdict } from '../core/verdict.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const unknownHost: FindingKind = {
  ...delivery,
  code: 'network/unknown-host',
  meaning: 'The host has no address in DNS, so nothing was asked and nothing is known of the release.',
  cause: 'A misspelt host, a DNS record that is not there yet, or a runner without DNS.',
  help: 'Check the host in the configuration and its DNS record, then run the gate again.',
};

export const unreachable: FindingKind = {
  ...delivery,
  code: 'network/unreachable',
  meaning: 'The runner has no route to the host, so nothing is known of the release.',
  cause: 'An address that only has IPv6 (GitHub-hosted runners have none), a private address, or a firewall.',
  help: 'Use a host that the runner can reach, or run the gate on a runner inside the network.',
};

export const connectionRefused: FindingKind = {
  ...delivery,
  code: 'network/connection-refused',
  meaning: 'The host is there and nothing listens on the port.',
  cause: 'The service did not start, crashed, or listens on another port.',
  help: "Look at the service's log for why it does not listen, and compare the port with its configuration.",
};

export const dnsFailed: FindingKind = {
  ...delivery,
  code: 'network/dns-failed',
  meaning: 'The name servers gave no answer for the host, so nothing was asked and nothing is known of the release.',
  cause: "The zone's name servers are down or slow, DNSSEC is broken, or the runner's own resolver does not work.",
  help: 'Ask for the host with `dig`; see the status of the DNS provider, then run the gate again.',
};

export const dnsSilent: FindingKind = {
  ...delivery,
  code: 'network/dns-silent',
  meaning: 'A name server did not answer in time, so nothing was asked and nothing is known of the release.',
  cause: 'A name server that is down or far too busy, or a firewall that lets no DNS through (UDP, port 53).',
  help: 'Ask it with `dig`, from the runner too; see the status of the DNS provider, then run the gate again.',
};

const certificate = {
  ...delivery,
  meaning: 'The TLS certificate is not one that users would trust, so nothing was sent.',
} as const;

export const badCertificate: FindingKind = {
  ...certificate,
  code: 'network/bad-certificate',
  cause: 'Its chain is incomplete, it was revoked, or it was issued for another purpose.',
  help: 'Install the certificate of the host together with those between it and its authority.',
};

export const expiredCertificate: FindingKind = {
  ...certificate,
  code: 'network/certificate-expired',
  cause: 'It was not renewed in time.',
  help: 'Renew it, and look at why the renewal did not happen by itself.',
};

export const futureCertificate: FindingKind = {
  ...certificate,
  code: 'network/certificate-not-yet-valid',
  cause: "It was issued a moment ago by a clock that is ahead, or the runner's clock is behind.",
  help: 'Compare the clocks; wait until the certificate is valid, or issue it again.',
};

export const selfSignedCertificate: FindingKind = {
  ...certificate,
  code: 'network/certificate-self-signed',
  cause: 'It was signed by itself or by an authority of your own, such as the default of a server or a proxy.',
  help: 'Install one of a public authority; for your own authority, name its file in NODE_EXTRA_CA_CERTS.',
};

export const wrongNameCertificate: FindingKind = {
  ...certificate,
  code: 'network/certificate-wrong-name',
  cause:
    'The domain was not added to the platform, its DNS record leads elsewhere, or the certificate has not been issued yet.',
  help: 'Check that the domain is added to the service that should answer, and that DNS leads there.',
};

export const tooOldTls: FindingKind = {
  ...delivery,
  code: 'network/tls-too-old',
  meaning: 'The host speaks no TLS version that clients of today accept, so no connection came about.',
  cause: 'An old server or load balancer that offers TLS 1.1 or older only.',
  help: 'Let it offer TLS 1.2 and 1.3.',
};

export const connectionReset: FindingKind = {
  ...delivery,
  code: 'network/http2-reset',
  meaning: 'The server broke off the request over HTTP/2 (RST_STREAM or GOAWAY) before the answer was complete.',
  cause: 'A proxy that could not reach the service, a limit on streams, or a service that restarts.',
  help: "Look at the log of the proxy in front of the service, and at the service's at this moment.",
};

export const noTls: FindingKind = {
  ...delivery,
  code: 'network/tls-failed',
  meaning: 'No TLS connection came about.',
  cause: 'The port speaks plain text, or a TLS version that is too old.',
  help: 'Check the scheme and port of the address, and the TLS versions of the host.',
};

export const timedOut: FindingKind = {
  ...delivery,
  code: 'network/timed-out',
  meaning: 'No answer came in time.',
  cause: 'The service hangs, is overloaded, or a firewall drops the packets.',
  help: "Look at the service's log and load; if it is meant to be slow, raise `timeout`.",
};

export const bodyWithoutEnd: FindingKind = {
  ...delivery,
  code: 'network/body-without-end',
  meaning: 'The answer began in time, and its body did not end in time.',
  cause: 'An answer that streams, such as server-sent events, or a service that hangs while it writes.',
  help: "Probe a path whose answer ends; if this one should, look at the service's log for where it hangs.",
};

export const bodyBrokenOff: FindingKind = {
  ...delivery,
  code: 'network/body-broken-off',
  meaning: 'The answer began, and the connection ended in the middle of its body.',
  cause: 'The service crashed or restarted while answering, or a proxy has a limit on time or size.',
  help: "Look at the service's log at this moment, then at that of the proxy in front of it.",
};

export const connectionLost: FindingKind = {
  ...delivery,
  code: 'network/connection-lost',
  meaning: 'The connection ended before the answer was complete.',
  cause: 'The service crashed or restarted while answering, or a proxy closed the connection.',
  help: "Look at the service's log at this moment.",
};

export const malformedAnswer: FindingKind = {
  ...delivery,
  code: 'network/malformed-answer',
  meaning: 'Something answered, and not in the protocol that it was spoken to in.',
  cause:
    'Another protocol listens on the port, such as SSH or a database, or the headers of HTTP are larger than 16 KiB.',
  help: 'Check the port of the address, and what listens there.',
};

export const invalidRequest: FindingKind = {
  ...delivery,
  code: 'network/invalid-request',
  meaning: 'The request cannot be sent as it is declared, so nothing was asked.',
  cause:
    'An address that is not one of HTTP, or a header with a line end or a character outside of Latin-1, often from a secret that was pasted with its line end.',
  help: 'Correct the address or the header; set a secret again without the line end.',
};

export const unreadableBody: FindingKind = {
  ...delivery,
  code: 'network/unreadable-body',
  meaning: 'The answer came compressed and could not be decompressed, so no client could read it.',
  cause: 'A proxy that compresses what is compressed already or drops the end, or a wrong Content-Encoding.',
  help: 'Compare the Content-Encoding header with what is sent, on the service itself and through each proxy.',
};

/** What ran out is time. */
export const timeOuts: FindingKind[] = [timedOut, bodyWithoutEnd];

/** Why no answer came. Codes: Node.js documentation, Errors (system errors, OpenSSL codes); undici docs, Errors. */
const kindsByCode: Record<string, FindingKind> = {
  ENOTFOUND: unknownHost,
  EAI_AGAIN: dnsFailed,
  ESERVFAIL: dnsFailed,
  EREFUSED: dnsFailed,
  ENODATA: unknownHost,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  EADDRNOTAVAIL: unreachable,
  ENETDOWN: unreachable,
  EHOSTDOWN: unreachable,
  ECONNREFUSED: connectionRefused,
  ETIMEDOUT: timedOut,
  UND_ERR_CONNECT_TIMEOUT: timedOut,
  UND_ERR_HEADERS_TIMEOUT: timedOut,
  UND_ERR_BODY_TIMEOUT: timedOut,
  EPROTO: noTls,
  ECONNRESET: connectionLost,
  EPIPE: connectionLost,
  ECONNABORTED: connectionLost,
  UND_ERR_SOCKET: connectionLost,
  UNREADABLE_BODY: unreadableBody,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: connectionLost,
  UND_ERR_HEADERS_OVERFLOW: malformedAnswer,
  CERT_HAS_EXPIRED: expiredCertificate,
  CERT_NOT_YET_VALID: futureCertificate,
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSignedCertificate,
  SELF_SIGNED_CERT_IN_CHAIN: selfSignedCertificate,
  ERR_TLS_CERT_ALTNAME_INVALID: wrongNameCertificate,
  HOSTNAME_MISMATCH: wrongNameCertificate,
  ERR_SSL_UNSUPPORTED_PROTOCOL: tooOldTls,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: tooOldTls,
  ERR_HTTP2_STREAM_ERROR: connectionReset,
  ERR_HTTP2_SESSION_ERROR: connectionReset,
  ERR_HTTP2_GOAWAY_SESSION: connectionReset,
  ERR_INVALID_URL: invalidRequest,
  UND_ERR_INVALID_ARG: invalidRequest,
};

/**
 * OpenSSL and Node.js have a code for each fault of a certificate (Node.js documentation, X.509 certificate error
 * codes).
 */
const certificateCode = /CERT|^(UNABLE_TO_|CRL_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)/;

function kindOf(error: Error): FindingKind | undefined {
  // Errors of undici's parser have no code; this one is that the connection ended in the middle.
  if (error.name === 'HTTPParserError') return error.message.includes('Invalid EOF') ? connectionLost : malformedAnswer;
  if (error.message.startsWith('HTTP/2: ')) return connectionReset; // undici lib/dispatcher/client-h2.js
  const code = getErrorCode(error);
  if (code === undefined) return undefined;
  if (Object.hasOwn(kindsByCode, code)) return kindsByCode[code];
  if (code.startsWith('ERR_SSL_')) return noTls;
  return certificateCode.test(code) ? badCertificate : undefined;
}

const undecided = [unknownHost, dnsFailed, dnsSilent, unreachable, invalidRequest];

/** Whether a finding of this code is that something could not be found, reached or asked. */
export function isUnrelatedToRelease(code: string): boolean {
  return undecided.some(kind => kind.code === code);
}

const ofCertificates = [
  badCertificate,
  expiredCertificate,
  futureCertificate,
  selfSignedCertificate,
  wrongNameCertificate,
];

/** No answer came over the network, and why. */
export class NetworkError extends Error {
  readonly kind: FindingKind;
  /** Whether something came from the other side before, so that the way there is not at fault. */
  readonly heard: boolean;

  constructor(kind: FindingKind, message: string, heard = false) {
    super(message);
    this.name = 'NetworkError';
    this.kind = kind;
    this.heard = heard;
  }

  /** What cannot be found, reached or asked says nothing about the release; what does not answer does. */
  get verdict(): Verdict {
    return isUnrelatedToRelease(this.kind.code) ? 'error' : 'failed';
  }

  /** Whether the host could be reached and its certificate is at fault. */
  get isOfCertificate(): boolean {
    return ofCertificates.includes(this.kind);
  }

  finding(about: { boundary?: Boundary; place?: Place }): Finding {
    return found(this.kind, { message: `${this.message}.`, ...about });
  }
}

/** The error as a NetworkError if it is one of the network; else undefined. `target` names what was asked. */
export function toNetworkError(error: unknown, target: string): NetworkError | undefined {
  if (error instanceof NetworkError) return error;
  for (const inner of causesOf(error)) {
    const kind = kindOf(inner);
    if (kind === invalidRequest) return new NetworkError(kind, `${target} could not be sent: ${reasonOf(inner)}`);
    if (kind) return new NetworkError(kind, `${target} gave no answer: ${reasonOf(inner)}`);
  }
  return undefined;
}

/**
 * OpenSSL puts its own source files into its messages, and Node.js advice for who runs it by hand. Of several
 * addresses, such as one of IPv6 and one of IPv4, each has its reason.
 */
function reasonOf(error: Error): string {
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0 && error.errors.every(isNativeError))
    return [...new Set(error.errors.map(reasonOf))].join(', ');
  if ('reason' in error && typeof error.reason === 'string') return error.reason;
  return (formatError(error).split(';')[0] ?? '').replace(/\.$/, '');
}

/** The error, what it wraps, and what an attempt on several addresses collected. */
function* causesOf(error: unknown): Generator<Error> {
  if (!isNativeError(error)) return; // `instanceof` would not know an error of another realm
  yield error;
  if ('errors' in error && Array.isArray(error.errors)) for (const inner of error.errors) yield* causesOf(inner);
  yield* causesOf(error.cause);
}
