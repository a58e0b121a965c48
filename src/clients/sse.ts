import type { Dispatcher } from 'undici';
import { parseJson } from '../core/parse-json.ts';
import { createAgent, toProxyError } from './agent.ts';
import { type Arrival, Arrivals } from './arrivals.ts';
import { startDeadline } from './deadline.ts';
import { stripQuery } from './http.ts';
import { NetworkError, timedOut, toNetworkError } from './network-error.ts';
import { SseParser } from './sse-parser.ts';

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
  const target = `GET ${stripQuery(request.url)}`;
  const deadline = startDeadline(request.timeout, request.signal);
  const agent = await createAgent({ bodyTimeout: 0 }); // a stream may be silent for long
  const connection = new SseConnection(target, request.signal, () => agent.destroy());
  try {
    const { origin, pathname, search } = new URL(request.url);
    const headers = {
      'user-agent': 'release-gates',
      accept: 'text/event-stream',
      'cache-control': 'no-store',
      ...request.headers,
    };
    agent.dispatch({ origin, path: `${pathname}${search}`, method: 'GET', headers }, connection);
    await connection.openedBefore(deadline.signal);
    return connection;
  } catch (error) {
    await connection.close();
    request.signal.throwIfAborted();
    if (deadline.passed) throw new NetworkError(timedOut, `${target} began no stream within ${request.timeout} ms`);
    if (error instanceof StreamRefused) throw error;
    throw toProxyError(error, target) ?? toNetworkError(error, target) ?? error;
  } finally {
    deadline.clear();
  }
}

/** An open stream. Each event that arrives is a message: `{ event, data, id }` as JSON. */
export class SseConnection implements Dispatcher.DispatchHandler {
  readonly #target: string;
  readonly #end: () => Promise<void>;
  readonly #opened = Promise.withResolvers<void>();
  readonly #arrivals = new Arrivals();
  readonly #parser = new SseParser(({ event, data, id }) => {
    this.#arrive({
      type: 'message',
      text: JSON.stringify({ event, data: parseData(data), id }),
      at: performance.now(),
    });
  });
  #closed: Arrival | undefined;
  #wake: () => void = () => {};

  /** `end` takes the connection down, as the signal does. */
  constructor(target: string, signal: AbortSignal, end: () => Promise<void>) {
    this.#target = target;
    let ended: Promise<void> | undefined;
    const stop = () => {
      ended ??= end();
    };
    signal.addEventListener('abort', stop, { once: true });
    this.#end = async () => {
      signal.removeEventListener('abort', stop);
      stop();
      await ended;
    };
    this.#opened.promise.catch(() => {}); // whoever opens it asks for the reason
  }

  /** Rejects with why it did not open, or with the signal's reason when aborted. */
  async openedBefore(signal: AbortSignal): Promise<void> {
    const stop = () => this.#opened.reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    await this.#opened.promise.finally(() => signal.removeEventListener('abort', stop));
  }

  onRequestStart(): void {}

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Record<string, unknown>): void {
    if (status < 200) return;
    const type = String(headers['content-type'] ?? 'no content type').split(';')[0] ?? '';
    if (status === 200 && type.trim().toLowerCase() === 'text/event-stream') this.#opened.resolve();
    else
      this.#opened.reject(
        new StreamRefused(`${this.#target} answered ${status} with ${type}, expected 200 with text/event-stream`),
      );
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#parser.push(chunk);
  }

  onResponseEnd(): void {
    this.#close('');
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#opened.reject(error);
    this.#close(error.message);
  }

  /** The next event; once ended, always the end. Rejects with the signal's reason when aborted. */
  async next(signal: AbortSignal): Promise<Arrival> {
    for (;;) {
      signal.throwIfAborted();
      const arrival = this.#arrivals.take() ?? this.#closed;
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
    this.#arrivals.add(arrival);
    this.#wake();
  }

  #close(reason: string): void {
    this.#closed ??= { type: 'closed', code: reason === '' ? 1000 : 1006, reason, at: performance.now() };
    this.#wake();
  }
}

function parseData(data: string): unknown {
  const parsed = parseJson(data);
  return parsed === undefined ? data : parsed.value;
}
