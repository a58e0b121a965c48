import { isNativeError } from 'node:util/types';
import { formatError, getErrorCode } from '../core/errors.ts';
import { type Boundary, type Finding, type FindingKind, found, type Place } from '../core/finding.ts';
import type { Verdict } from '../core/verdict.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const unknownHost: FindingKind = {
  ...delivery,
  code: 'network/unknown-host',
  meaning: 'The host has no address in DNS, so the gate sent no request and knows nothing about the release.',
  cause: 'A misspelt host, a missing DNS record, or a runner without DNS.',
  help: 'Check the host in the configuration and its DNS record, then run the gate again.',
};

export const unreachable: FindingKind = {
  ...delivery,
  code: 'network/unreachable',
  meaning: 'The runner has no route to the host, so the gate knows nothing about the release.',
  cause: 'A host with only an IPv6 address (GitHub-hosted runners have no IPv6), a private address, or a firewall.',
  help: 'Use a host that the runner can reach, or run the gate on a runner inside the network.',
};

export const connectionRefused: FindingKind = {
  ...delivery,
  code: 'network/connection-refused',
  meaning: 'The host answers, but nothing listens on the port.',
  cause: 'The service did not start, crashed, or listens on another port.',
  help: "Find out from the service's log why it does not listen: a missing variable, a database or Redis that it cannot reach, or another port than the platform expects (`PORT`, `internal_port`, `EXPOSE`).",
};

export const proxyFailed: FindingKind = {
  ...delivery,
  code: 'network/proxy-failed',
  meaning: 'The proxy of the runner did not pass the request on, so the gate knows nothing about the release.',
  cause: 'The proxy is down, asks for credentials, or may not connect to the host.',
  help: 'Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the runner, and what the proxy allows.',
};

export const dnsFailed: FindingKind = {
  ...delivery,
  code: 'network/dns-failed',
  meaning:
    'The name servers gave no address for the host, so the gate sent no request and knows nothing about the release.',
  cause: "The zone's name servers are down or slow, DNSSEC is broken, or the runner's own resolver does not work.",
  help: "Run `dig` for the host, check the DNS provider's status page, then run the gate again.",
};

export const dnsSilent: FindingKind = {
  ...delivery,
  code: 'network/dns-silent',
  meaning: 'A name server did not answer in time, so the gate sent no request and knows nothing about the release.',
  cause: 'A name server that is down or overloaded, or a firewall that blocks DNS (UDP, port 53).',
  help: "Run `dig` against the name server, from the runner too. Check the DNS provider's status page, then run the gate again.",
};

const certificate = {
  ...delivery,
  meaning: 'Users would not trust the TLS certificate, so the gate sent no request.',
} as const;

export const badCertificate: FindingKind = {
  ...certificate,
  code: 'network/bad-certificate',
  cause: 'Its chain is incomplete, it was revoked, or it was issued for another purpose.',
  help: "Install the host's certificate together with the intermediate certificates of its authority.",
};

export const expiredCertificate: FindingKind = {
  ...certificate,
  code: 'network/certificate-expired',
  cause: 'It was not renewed in time.',
  help: 'Renew the certificate, and find out why it did not renew automatically.',
};

export const futureCertificate: FindingKind = {
  ...certificate,
  code: 'network/certificate-not-yet-valid',
  cause: "It was issued a moment ago by a clock that is ahead, or the runner's clock is behind.",
  help: 'Compare the clocks. Wait until the certificate is valid, or issue it again.',
};

export const selfSignedCertificate: FindingKind = {
  ...certificate,
  code: 'network/certificate-self-signed',
  cause: 'It is self-signed or signed by your own authority, such as the default certificate of a server or a proxy.',
  help: 'Install a certificate of a public authority. For your own authority, set NODE_EXTRA_CA_CERTS to its file.',
};

export const wrongNameCertificate: FindingKind = {
  ...certificate,
  code: 'network/certificate-wrong-name',
  cause: 'The platform does not have the domain, its DNS record leads elsewhere, or the certificate is not issued yet.',
  help: 'Add the domain to the service that should answer, and check that DNS leads there.',
};

export const tooOldTls: FindingKind = {
  ...delivery,
  code: 'network/tls-too-old',
  meaning: 'The host offers only TLS versions that current clients reject, so the connection failed.',
  cause: 'An old server or load balancer that offers only TLS 1.1 or older.',
  help: 'Enable TLS 1.2 and 1.3 on the host.',
};

export const clientCertificateRequired: FindingKind = {
  ...delivery,
  code: 'network/client-certificate-required',
  meaning: 'The host wants a certificate of the client (mTLS), and the gate has none, so it sent nothing.',
  cause: 'A server that identifies its clients by certificates, such as a Redis with `tls-auth-clients yes`.',
  help: 'Use an endpoint that takes a password, or check this target from the service itself, such as by its /ready.',
};

export const connectionReset: FindingKind = {
  ...delivery,
  code: 'network/http2-reset',
  meaning: 'The server reset the HTTP/2 request (RST_STREAM or GOAWAY) before the answer was complete.',
  cause: 'A proxy that could not reach the service, a limit on streams, or a service that restarts.',
  help: "Read the log of the proxy in front of the service, and the service's own log at this time.",
};

export const noTls: FindingKind = {
  ...delivery,
  code: 'network/tls-failed',
  meaning: 'The TLS connection failed, so the gate sent no request.',
  cause: 'The port expects plain text, or the TLS version is too old.',
  help: "Check the address's scheme and port, and the host's TLS versions.",
};

export const timedOut: FindingKind = {
  ...delivery,
  code: 'network/timed-out',
  meaning: 'No answer came in time.',
  cause: 'The service hangs or is overloaded, or a firewall drops the packets.',
  help: "Check the service's log and load. If it is meant to be slow, raise `timeout`.",
};

export const bodyWithoutEnd: FindingKind = {
  ...delivery,
  code: 'network/endless-body',
  meaning: 'The answer began in time, but its body did not end in time.',
  cause: 'An answer that streams, such as server-sent events, or a service that hangs while it writes.',
  help: "Use a path whose answer ends. If this one should end, find out from the service's log where it hangs.",
};

export const bodyBrokenOff: FindingKind = {
  ...delivery,
  code: 'network/body-interrupted',
  meaning: 'The answer began, but the connection ended in the middle of its body.',
  cause: 'The service crashed or restarted while answering, or a proxy has a limit on time or size.',
  help: "Read the service's log at this time, then the log of the proxy in front of it.",
};

export const connectionLost: FindingKind = {
  ...delivery,
  code: 'network/connection-lost',
  meaning: 'The connection ended before the answer was complete.',
  cause: 'The service crashed or restarted while answering, or a proxy closed the connection.',
  help: "Read the service's log at this time.",
};

export const malformedAnswer: FindingKind = {
  ...delivery,
  code: 'network/malformed-answer',
  meaning: 'Something answered, but not in the expected protocol.',
  cause: 'The port serves another protocol, such as SSH or a database, or the HTTP headers are larger than 16 KiB.',
  help: 'Check the port of the address and what listens there.',
};

export const invalidRequest: FindingKind = {
  ...delivery,
  code: 'network/invalid-request',
  meaning: 'The request is not valid as declared, so the gate did not send it.',
  cause:
    'An address that is not an HTTP URL, or a header with a line break or a character outside Latin-1. Often a secret was pasted with its line break.',
  help: 'Correct the address or the header. Set the secret again without the line break.',
};

export const unreadableBody: FindingKind = {
  ...delivery,
  code: 'network/unreadable-body',
  meaning: 'The answer is compressed and cannot be decompressed, so no client can read it.',
  cause: 'A proxy that compresses the answer twice or cuts it off, or a wrong Content-Encoding.',
  help: 'Compare the Content-Encoding header with the body, on the service itself and through each proxy.',
};

/** The kinds where time ran out. */
export const timeOuts: FindingKind[] = [timedOut, bodyWithoutEnd];

/** The reason for a missing answer. Codes: Node.js documentation, Errors (system errors, OpenSSL codes); undici docs, Errors. */
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
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: clientCertificateRequired,
  ERR_SSL_UNSUPPORTED_PROTOCOL: tooOldTls,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: tooOldTls,
  ERR_HTTP2_STREAM_ERROR: connectionReset,
  ERR_HTTP2_SESSION_ERROR: connectionReset,
  ERR_HTTP2_GOAWAY_SESSION: connectionReset,
  ERR_INVALID_URL: invalidRequest,
  UND_ERR_INVALID_ARG: invalidRequest,
};

/** Codes for faults of a certificate (Node.js documentation, X.509 certificate error codes). */
const certificateCode = /CERT|^(UNABLE_TO_|CRL_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)/;

function findKind(error: Error): FindingKind | undefined {
  // Errors of undici's parser have no code. `Invalid EOF` means that the connection ended in the middle.
  if (error.name === 'HTTPParserError') return error.message.includes('Invalid EOF') ? connectionLost : malformedAnswer;
  if (error.message.startsWith('HTTP/2: ')) return connectionReset; // undici lib/dispatcher/client-h2.js
  const code = getErrorCode(error);
  if (code === undefined) return undefined;
  if (Object.hasOwn(kindsByCode, code)) return kindsByCode[code];
  if (code.startsWith('ERR_SSL_')) return noTls;
  return certificateCode.test(code) ? badCertificate : undefined;
}

const undecided = [proxyFailed, unknownHost, dnsFailed, dnsSilent, unreachable, invalidRequest];

/** Whether this code means that the gate could not even ask, which says nothing about the release. */
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

/** No answer came over the network, for this reason. */
export class NetworkError extends Error {
  readonly kind: FindingKind;
  /** Whether something came from the other side before, so the network path works. */
  readonly heard: boolean;
  /** What to do, if more is known than the kind's own help. */
  readonly help: string;

  constructor(kind: FindingKind, message: string, about: { heard?: boolean; help?: string | undefined } = {}) {
    super(message);
    this.name = 'NetworkError';
    this.kind = kind;
    this.heard = about.heard ?? false;
    this.help = about.help ?? kind.help;
  }

  /** A host that the gate cannot find or reach says nothing about the release. A host that does not answer does. */
  get verdict(): Verdict {
    return isUnrelatedToRelease(this.kind.code) ? 'error' : 'failed';
  }

  /** Whether the gate reached the host, but its certificate is at fault. */
  get isOfCertificate(): boolean {
    return ofCertificates.includes(this.kind);
  }

  finding(about: { boundary?: Boundary; place?: Place }): Finding {
    return found(this.kind, { message: `${this.message}.`, help: this.help, ...about });
  }
}

/** A server that speaks only HTTP/2 refuses a client that offers HTTP/1.1 alone (RFC 7301, section 3.2). */
const noCommonProtocol = 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';
const helpWithHttp2 = 'Set `http2: true` on the probe: the server speaks HTTP/2 only.';

/** The error as a NetworkError, or undefined for an error of another sort. `target` names what was asked. */
export function toNetworkError(error: unknown, target: string): NetworkError | undefined {
  if (error instanceof NetworkError) return error;
  for (const inner of listCauses(error)) {
    const kind = findKind(inner);
    if (kind === invalidRequest) return new NetworkError(kind, `${target} could not be sent: ${explainReason(inner)}`);
    const help = getErrorCode(inner) === noCommonProtocol ? helpWithHttp2 : kind?.help;
    if (kind) return new NetworkError(kind, `${target} gave no answer: ${explainReason(inner)}`, { help });
  }
  return undefined;
}

/**
 * The reason without what OpenSSL adds (its source files) and what Node.js adds (advice for running it by hand). Each
 * address of a host, such as IPv6 and IPv4, has its own reason.
 */
function explainReason(error: Error): string {
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0 && error.errors.every(isNativeError))
    return [...new Set(error.errors.map(explainReason))].join(', ');
  if ('reason' in error && typeof error.reason === 'string') return error.reason;
  return (formatError(error).split(';')[0] ?? '').replace(/\.$/, '');
}

/** The error, what it wraps, and the errors of all addresses that an attempt tried. */
function* listCauses(error: unknown): Generator<Error> {
  if (!isNativeError(error)) return; // `instanceof` would not know an error of another realm
  yield error;
  if ('errors' in error && Array.isArray(error.errors)) for (const inner of error.errors) yield* listCauses(inner);
  yield* listCauses(error.cause);
}
