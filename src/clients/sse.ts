import type { Readable } from 'node:stream';
import { startDeadline } from './deadline.ts';
import { withoutQuery } from './http.ts';
import { asNetworkError, NetworkError, timedOut } from './network-error.ts';
import { SseParser } from './sse-parser.ts';
import type { Arrival } from './websocket.ts';

export interface SseRequest {
  url: string;
  headers: Record<string, string>;
  /** Milliseconds until the stream must have begun. */
  timeout: number;
  /** Ends the stream at once when aborted. */
  signal: AbortSignal;
}

/** The server answered, and not with a stream of events. */
export class StreamRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StreamRefused';
  }
}

/**
 * Opens a stream of server-sent events. Throws StreamRefused when the server answers with something else, a
 * NetworkError when it does not answer, and the signal's reason when aborted.
 */
export async function connectSse(request: SseRequest): Promise<SseConnection> {
  const undici = await import('./undici.ts');
  const target = `GET ${withoutQuery(request.url)}`;
  const deadline = startDeadline(request.timeout, request.signal);
  const agent = new undici.Agent({ bodyTimeout: 0 }); // a stream may be silent for long
  try {
    const { statusCode, headers, body } = await undici.request(request.url, {
      headers: {
        'user-agent': 'release-gates',
        accept: 'text/event-stream',
        'cache-control': 'no-store',
        ...request.headers,
      },
      signal: deadline.signal,
      dispatcher: agent,
    });
    const type = String(headers['content-type'] ?? 'no content type').split(';')[0] ?? '';
    if (statusCode === 200 && type.trim().toLowerCase() === 'text/event-stream') {
      return new SseConnection(body, request.signal, () => agent.destroy());
    }
    body.on('error', () => {}).destroy();
    throw new StreamRefused(`${target} answered ${statusCode} with ${type}, expected 200 with text/event-stream`);
  } catch (error) {
    await agent.destroy();
    request.signal.throwIfAborted();
    if (deadline.passed) throw new NetworkError(timedOut, `${target} began no stream within ${request.timeout} ms`);
    if (error instanceof StreamRefused) throw error;
    throw asNetworkError(error, target) ?? error;
  } finally {
    deadline.clear();
  }
}

/** An open stream. Each event that arrives is a message: `{ event, data, id }` as JSON. */
export class SseConnection {
  readonly #arrivals: Arrival[] = [];
  readonly #end: () => Promise<void>;
  #closed: Arrival | undefined;
  #wake: () => void = () => {};

  constructor(body: Readable, signal: AbortSignal, end: () => Promise<void>) {
    const stop = () => body.destroy();
    signal.addEventListener('abort', stop, { once: true });
    this.#end = async () => {
      signal.removeEventListener('abort', stop);
      body.destroy();
      await end();
    };
    const parser = new SseParser(({ event, data, id }) => {
      this.#arrive({ type: 'message', text: JSON.stringify({ event, data: parsed(data), id }), at: performance.now() });
    });
    const close = (reason: string) => {
      this.#closed ??= { type: 'closed', code: reason === '' ? 1000 : 1006, reason, at: performance.now() };
      this.#wake();
    };
    body.on('data', (chunk: Buffer) => parser.push(chunk));
    body.on('end', () => close(''));
    body.on('error', error => close(error.message));
    body.on('close', () => close('the connection ended'));
  }

  /** The next event; once ended, always the end. Rejects with the signal's reason when aborted. */
  async next(signal: AbortSignal): Promise<Arrival> {
    for (;;) {
      signal.throwIfAborted();
      const arrival = this.#arrivals.shift() ?? this.#closed;
      if (arrival) return arrival;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const stop = () => reject(signal.reason);
      this.#wake = resolve;
      signal.addEventListener('abort', stop, { once: true });
      await promise.finally(() => signal.removeEventListener('abort', stop));
    }
  }

  async close(): Promise<void> {
    await this.#end();
  }

  #arrive(arrival: Arrival): void {
    this.#arrivals.push(arrival);
    this.#wake();
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return data; // text that is no JSON
  }
}
