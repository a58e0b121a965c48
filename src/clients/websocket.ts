import type { Duplex } from 'node:stream';
import type { Dispatcher, WebSocket } from 'undici';
import { formatError } from '../core/errors.ts';
import { createAgent, toProxyError } from './agent.ts';
import { type Arrival, Arrivals } from './arrivals.ts';
import { startDeadline } from './deadline.ts';
import { stripQuery } from './http.ts';
import { invalidRequest, NetworkError, timedOut, toNetworkError } from './network-error.ts';

export interface WebsocketRequest {
  /** ws, wss, http or https. */
  url: string;
  headers?: Record<string, string>;
  /** Subprotocols to offer. */
  protocols?: string[];
  /** Milliseconds until the connection must stand. */
  timeout: number;
  /** Ends the connection at once when aborted. */
  signal: AbortSignal;
}

/** The server answered, but not with a WebSocket. */
export class UpgradeRefused extends Error {
  /** The HTTP status; undefined when it agreed to a WebSocket and then did not keep to the protocol. */
  readonly status: number | undefined;

  constructor(status: number | undefined, message: string) {
    super(message);
    this.name = 'UpgradeRefused';
    this.status = status;
  }
}

/** How long the server may take to answer our closing; milliseconds. */
const closeWithin = 1000;

/**
 * Opens a WebSocket. Throws UpgradeRefused when the server answers with something else, a NetworkError when it does not
 * answer, and the signal's reason when aborted.
 */
export async function connectWebsocket(request: WebsocketRequest): Promise<WebsocketConnection> {
  const options = { allowH2: false, tunnel: true };
  const [agent, { WebSocket }] = await Promise.all([createAgent(options), import('./undici-websocket.ts')]);
  request.signal.throwIfAborted();
  const seen: Handshake = {};
  const dispatcher = agent.compose(dispatch => (options, handler) => {
    seen.asked = true;
    return dispatch(options, watchHandshake(handler, seen));
  });
  const url = request.url.replace(/^http/, 'ws');
  const socket = new WebSocket(url, {
    headers: { 'user-agent': 'release-gates', ...request.headers },
    ...(request.protocols && { protocols: request.protocols }),
    dispatcher,
  });
  const end = () => {
    seen.socket?.destroy();
    agent.destroy().catch(() => {}); // destroyed twice: nothing is left to end
  };
  const connection = new WebsocketConnection(socket, end);
  connection.endWith(request.signal);
  const deadline = startDeadline(request.timeout, request.signal);
  deadline.signal.addEventListener('abort', end, { once: true });
  const opened = await connection.opened;
  deadline.clear();
  if (opened) return connection;

  end();
  request.signal.throwIfAborted();
  const target = `WebSocket ${stripQuery(url)}`;
  if (deadline.passed) throw new NetworkError(timedOut, `${target} did not open within ${request.timeout} ms`);
  if (seen.status !== undefined) throw new UpgradeRefused(seen.status, `${target} answered ${seen.status}`);
  if (seen.socket)
    throw new UpgradeRefused(undefined, `${target} broke the opening handshake (RFC 6455, section 4.2.2)`);
  if (!seen.asked) {
    const port = new URL(url).port || 'its port';
    const reason = `${port} is a port that browsers and other clients refuse to open (Fetch standard, "bad port")`;
    throw new NetworkError(invalidRequest, `${target} could not be sent: ${reason}; let the service listen on another`);
  }
  throw (
    toProxyError(seen.error, target) ??
    toNetworkError(seen.error, target) ??
    new UpgradeRefused(undefined, `${target} did not open: ${formatError(seen.error)}`)
  );
}

/** An open WebSocket. What arrives is kept until it is asked for, as far as `Arrivals` keeps it. */
export class WebsocketConnection {
  /** Whether it opened; settles before anything arrives. */
  readonly opened: Promise<boolean>;
  readonly #socket: WebSocket;
  readonly #end: () => void;
  readonly #arrivals = new Arrivals();
  readonly #closed: Promise<Arrival>;
  readonly #settled = new AbortController();
  #wake: () => void = () => {};

  /** `end` takes the connection down without a closing handshake. */
  constructor(socket: WebSocket, end: () => void) {
    this.#socket = socket;
    this.#end = end;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => {
      const text = typeof data === 'string' ? data : Buffer.from(data).toString('utf8');
      this.#arrive({ type: 'message', text, at: performance.now() });
    });
    this.#closed = new Promise(resolve => {
      socket.addEventListener('close', ({ code, reason }) => {
        const arrival: Arrival = { type: 'closed', code, reason, at: performance.now() };
        this.#settled.abort();
        this.#arrive(arrival);
        resolve(arrival);
      });
    });
    this.opened = new Promise(resolve => {
      socket.addEventListener('open', () => resolve(true));
      socket.addEventListener('close', () => resolve(false));
    });
  }

  /** Takes the connection down at once when the signal is aborted. */
  endWith(signal: AbortSignal): void {
    signal.addEventListener('abort', this.#end, { once: true, signal: this.#settled.signal });
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  /** The next thing that arrives; once closed, always the closing. Rejects with the signal's reason when aborted. */
  async next(signal: AbortSignal): Promise<Arrival> {
    for (;;) {
      signal.throwIfAborted();
      const arrival = this.#arrivals.take();
      if (arrival) return arrival;
      if (this.#settled.signal.aborted) return this.#closed;
      await this.#nextArrival(signal);
    }
  }

  /** Closes as the protocol asks (RFC 6455, section 7), or without the server where that does not answer. */
  async close(): Promise<void> {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.close(1000);
    const overdue = setTimeout(this.#end, closeWithin);
    await this.#closed;
    clearTimeout(overdue);
    this.#end();
  }

  #arrive(arrival: Arrival): void {
    this.#arrivals.add(arrival);
    this.#wake();
  }

  async #nextArrival(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stop = () => reject(signal.reason);
    this.#wake = resolve;
    signal.addEventListener('abort', stop, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}

/** What is seen of the opening handshake, which the WebSocket of undici keeps to itself. */
interface Handshake {
  /** Whether the request got as far as being sent: the Fetch standard blocks some ports before that. */
  asked?: true;
  /** The answer of a server that did not upgrade. */
  status?: number;
  error?: Error;
  /** The connection, once it was upgraded. */
  socket?: Duplex;
}

function watchHandshake(handler: Dispatcher.DispatchHandler, seen: Handshake): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (...about) => handler.onRequestStart?.(...about),
    onRequestUpgrade: (controller, status, headers, socket) => {
      seen.socket = socket;
      handler.onRequestUpgrade?.(controller, status, headers, socket);
    },
    onResponseStart: (controller, status, ...about) => {
      seen.status = status;
      handler.onResponseStart?.(controller, status, ...about);
    },
    onResponseData: (...about) => handler.onResponseData?.(...about),
    onResponseEnd: (...about) => handler.onResponseEnd?.(...about),
    onResponseError: (controller, error) => {
      seen.error = error;
      handler.onResponseError?.(controller, error);
    },
  };
}
