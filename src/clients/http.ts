import type { Dispatcher } from 'undici';
import { startDeadline } from './deadline.ts';
import { asNetworkError, NetworkError, timedOut } from './network-error.ts';
import { acceptedEncodings, readBody } from './response-body.ts';

/** What a server that asks for one is shown, in PEM. */
export interface ClientCertificate {
  certificate: string;
  key: string;
  /** Whom to trust beside the well-known authorities. */
  authority?: string;
}

export interface HttpRequest {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  clientCertificate?: ClientCertificate;
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
  /** Milliseconds until the whole answer was there. */
  took: number;
}

/**
 * One HTTP request; redirects are not followed, compression is undone. Throws a NetworkError when no answer came, and
 * the signal's reason when aborted.
 */
export async function httpRequest(request: HttpRequest): Promise<HttpAnswer> {
  const undici = await import('./undici.ts');
  const target = `${request.method} ${withoutQuery(request.url)}`;
  const deadline = startDeadline(request.timeout, request.signal);
  const dispatcher = await ownDispatcher(request.clientCertificate);
  const started = performance.now();
  try {
    const answer = await undici.request(request.url, {
      method: request.method as Dispatcher.HttpMethod,
      headers: { 'user-agent': 'release-gates', 'accept-encoding': acceptedEncodings, ...request.headers },
      body: request.body ?? null,
      signal: deadline.signal,
      ...(dispatcher && { dispatcher }),
    });
    const { text, truncated } = await readBody(answer.body, answer.headers['content-encoding']?.toString());
    return {
      status: answer.statusCode,
      headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value ?? '')])),
      cookies: [answer.headers['set-cookie'] ?? []].flat(),
      body: text,
      truncated,
      took: performance.now() - started,
    };
  } catch (error) {
    request.signal.throwIfAborted();
    if (deadline.passed) throw new NetworkError(timedOut, `${target} gave no answer within ${request.timeout} ms`);
    throw asNetworkError(error, target) ?? error;
  } finally {
    deadline.clear();
    await dispatcher?.destroy();
  }
}

/** A certificate belongs to its connection, so a request with one has a connection of its own. */
async function ownDispatcher(client: ClientCertificate | undefined): Promise<Dispatcher | undefined> {
  if (client === undefined) return undefined;
  const { Agent } = await import('./undici.ts');
  const { rootCertificates } = await import('node:tls');
  const ca = client.authority === undefined ? undefined : [...rootCertificates, client.authority];
  return new Agent({ connect: { cert: client.certificate, key: client.key, ...(ca && { ca }) } });
}

/** A query can hold a token; messages go without it, and without credentials. */
export function withoutQuery(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
