import type { Dispatcher } from 'undici';
import { asNetworkError, NetworkError, timedOut } from './network-error.ts';

export interface HttpRequest {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string;
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

/** More of a body than this is not kept; bytes. */
const largestBody = 1024 * 1024;

/**
 * One HTTP request; redirects are not followed. Throws a NetworkError when no answer came, and the signal's reason when
 * aborted.
 */
export async function httpRequest(request: HttpRequest): Promise<HttpAnswer> {
  const undici = await import('./undici.ts');
  const target = `${request.method} ${withoutQuery(request.url)}`;
  const deadline = AbortSignal.timeout(request.timeout);
  const started = performance.now();
  try {
    const answer = await undici.request(request.url, {
      method: request.method as Dispatcher.HttpMethod,
      headers: { 'user-agent': 'release-gates', ...request.headers },
      body: request.body ?? null,
      signal: AbortSignal.any([request.signal, deadline]),
    });
    const { text, truncated } = await readBody(answer.body);
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
    if (deadline.aborted) throw new NetworkError(timedOut, `${target} gave no answer within ${request.timeout} ms`);
    throw asNetworkError(error, target) ?? error;
  }
}

async function readBody(body: AsyncIterable<Buffer>): Promise<{ text: string; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > largestBody) break; // ends the connection
  }
  const text = Buffer.concat(chunks).subarray(0, largestBody).toString('utf8');
  return { text, truncated: size > largestBody };
}

/** A query can hold a token; messages go without it, and without credentials. */
export function withoutQuery(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
