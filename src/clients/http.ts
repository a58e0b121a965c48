import type { Dispatcher } from 'undici';
import { createAgent, toProxyError } from './agent.ts';
import { endAfter } from './deadline.ts';
import { Exchange } from './exchange.ts';
import {
  bodyBrokenOff,
  bodyWithoutEnd,
  connectionLost,
  NetworkError,
  timedOut,
  toNetworkError,
} from './network-error.ts';
import { acceptedEncodings } from './response-body.ts';

/** For a server that asks for a client certificate, in PEM. */
export interface ClientCertificate {
  certificate: string;
  key: string;
  /** An authority to trust in addition to the well-known ones. */
  authority?: string;
}

export interface HttpRequest {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  clientCertificate?: ClientCertificate;
  /**
   * Opens a new connection, so that a load balancer chooses again: over HTTP/1.1, over HTTP/2 if the server offers it, or
   * over nothing but HTTP/2, without TLS too. By default an open connection is reused, over the version that the server
   * prefers.
   */
  fresh?: 'http/1.1' | 'http/2' | 'http/2 only';
  /** Only addresses of this family: IPv4 or IPv6. Default: whichever connects first. */
  family?: 4 | 6;
  /** Milliseconds for the whole answer, connection included. */
  timeout: number;
  signal: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  /** By lower-case name; a header that came more than once is joined by commas, except `set-cookie`. */
  headers: Record<string, string>;
  cookies: string[];
  body: string;
  /** Whether the body was longer than what is kept of it. */
  truncated: boolean;
  /** How long what is kept of the body is, in bytes once decoded. */
  size: number;
  /** Whether the body is UTF-8. */
  utf8: boolean;
  /** Milliseconds until the whole answer was there. */
  took: number;
}

/**
 * One HTTP request; redirects are not followed, compression is undone. Throws a NetworkError when no answer came, and
 * the signal's reason when aborted.
 */
export async function sendRequest(request: HttpRequest): Promise<HttpAnswer> {
  const { dispatcher, reset, destroy } = await chooseConnections(request);
  request.signal.throwIfAborted();
  const exchange = new Exchange();
  const limit = endAfter(request.timeout, request.signal, reason => exchange.abort(reason));
  const started = performance.now();
  try {
    const { origin, pathname, search } = new URL(request.url);
    const options: Dispatcher.DispatchOptions = {
      origin,
      path: `${pathname}${search}`,
      method: request.method as Dispatcher.HttpMethod,
      headers: { 'user-agent': 'release-gates', 'accept-encoding': acceptedEncodings, ...request.headers },
      body: request.body ?? null,
      ...(reset && { reset }),
    };
    dispatcher.dispatch(options, exchange);
    const { text, ...body } = await exchange.body;
    const headers = Object.entries(exchange.headers);
    return {
      status: exchange.status ?? 0,
      headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value ?? '')])),
      cookies: [exchange.headers['set-cookie'] ?? []].flat(),
      body: text,
      ...body,
      took: performance.now() - started,
    };
  } catch (error) {
    request.signal.throwIfAborted();
    const target = `${request.method} ${stripQuery(request.url)}`;
    const { status } = exchange;
    const begun = `${target} answered ${status}`;
    if (limit.passed && status === undefined)
      throw new NetworkError(timedOut, `${target} gave no answer within ${request.timeout} ms`);
    if (limit.passed)
      throw new NetworkError(bodyWithoutEnd, `${begun} with a body that did not end within ${request.timeout} ms`, {
        heard: true,
      });
    const network = toProxyError(error, target) ?? toNetworkError(error, target);
    if (network?.kind === connectionLost && status !== undefined)
      throw new NetworkError(bodyBrokenOff, `${begun}, but the connection ended in the middle of the body`, {
        heard: true,
      });
    throw network ?? error;
  } finally {
    limit.clear();
    await destroy?.();
  }
}

type Connections = { dispatcher: Dispatcher; reset?: true; destroy?: () => Promise<void> };

/**
 * For requests without special needs. It keeps as many connections open as there were requests at once.
 */
let shared: Promise<Dispatcher> | undefined;

/** For requests with an HTTP/1.1 connection of their own, which it does not keep. */
let single: Promise<Dispatcher> | undefined;

/** A certificate belongs to its connection, so a request with one has a connection of its own. */
async function chooseConnections({ clientCertificate: client, fresh, family }: HttpRequest): Promise<Connections> {
  if (client === undefined && fresh === undefined && family === undefined) {
    shared ??= createAgent({});
    return { dispatcher: await shared };
  }
  if (client === undefined && family === undefined && fresh === 'http/1.1') {
    single ??= createAgent({ allowH2: false });
    return { dispatcher: await single, reset: true };
  }
  const { rootCertificates } = await import('node:tls');
  const ca = client?.authority === undefined ? undefined : [...rootCertificates, client.authority];
  const dispatcher = await createAgent({
    allowH2: fresh !== 'http/1.1',
    ...(fresh === 'http/2 only' && { useH2c: true }),
    connect: {
      ...(client && { cert: client.certificate, key: client.key }),
      ...(ca && { ca }),
      ...(family && { family, autoSelectFamily: false }),
    },
  });
  return { dispatcher, destroy: () => dispatcher.destroy() };
}

/** Removes the query, which can hold a token, and credentials from a URL for messages. */
export function stripQuery(url: string): string {
  if (!URL.canParse(url)) return url.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//');
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
