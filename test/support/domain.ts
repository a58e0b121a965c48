import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { listen, stopServer } from './listen.ts';

interface Target {
  url: string;
}

/** What a platform's edge answers when it has nothing to pass a request to. */
export interface ErrorPage {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

export interface DomainOptions {
  /** The answer while the domain points nowhere. Default: 502. */
  nowhere?: ErrorPage;
  /** The answer when the deployment behind it cannot be reached. Default: 502. */
  unreachable?: ErrorPage;
}

export interface Domain {
  url: string;
  /**
   * Requests that arrive from now on go to `to` (in turn, when there are several); those under way are not disturbed.
   */
  point(to: Target | readonly Target[] | undefined): void;
  /** Requests that arrive from now on are answered with this page. */
  show(page: ErrorPage): void;
  stop(): Promise<void>;
}

const badGateway: ErrorPage = { status: 502, body: 'Bad Gateway\n' };

/** A production domain: an HTTP and WebSocket proxy on the loopback interface to whatever is live. */
export async function startDomain(options: DomainOptions = {}): Promise<Domain> {
  let nowhere = options.nowhere ?? badGateway;
  const unreachable = options.unreachable ?? badGateway;
  let targets: readonly Target[] = [];
  let turn = 0;
  const next = (): Target | undefined => targets[turn++ % Math.max(targets.length, 1)];

  const server = createServer((incoming, outgoing) => {
    const target = next();
    if (target === undefined) return answer(outgoing, nowhere);
    forward(incoming, outgoing, target, unreachable);
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const target = next();
    if (target === undefined) return refuseUpgrade(socket, nowhere);
    tunnel(incoming, socket, head, target, unreachable);
  });

  const url = await listen(server);
  return {
    url,
    point(to) {
      nowhere = options.nowhere ?? badGateway;
      targets = to === undefined ? [] : 'url' in to ? [to] : [...to];
    },
    show(page) {
      nowhere = page;
      targets = [];
    },
    async stop() {
      await stopServer(server);
    },
  };
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, target: Target, unreachable: ErrorPage): void {
  const upstream = httpRequest(new URL(incoming.url ?? '/', target.url), {
    method: incoming.method,
    headers: forwardedHeaders(incoming),
    agent: false,
  });
  upstream.once('response', response => {
    outgoing.writeHead(response.statusCode ?? 502, response.rawHeaders);
    response.pipe(outgoing);
    response.once('error', () => outgoing.destroy());
  });
  upstream.once('error', () => {
    if (outgoing.headersSent) outgoing.destroy();
    else answer(outgoing, unreachable);
  });
  outgoing.once('close', () => upstream.destroy());
  incoming.pipe(upstream);
}

function tunnel(incoming: IncomingMessage, socket: Duplex, head: Buffer, target: Target, unreachable: ErrorPage): void {
  const upstream = httpRequest(new URL(incoming.url ?? '/', target.url), {
    headers: forwardedHeaders(incoming),
    agent: false,
  });
  upstream.once('upgrade', (response, upstreamSocket, upstreamHead) => {
    socket.write(headOf(response));
    if (upstreamHead.length > 0) socket.write(upstreamHead);
    if (head.length > 0) upstreamSocket.write(head);
    upstreamSocket.pipe(socket).pipe(upstreamSocket);
    upstreamSocket.once('error', () => socket.destroy());
    socket.once('error', () => upstreamSocket.destroy());
    socket.once('close', () => upstreamSocket.destroy());
    upstreamSocket.once('close', () => socket.destroy());
  });
  // The deployment answered with a page instead of an upgrade: pass it on as it is.
  upstream.once('response', response => {
    socket.write(headOf(response));
    response.pipe(socket);
  });
  upstream.once('error', () => refuseUpgrade(socket, unreachable));
  socket.once('error', () => upstream.destroy());
  upstream.end();
}

function forwardedHeaders(incoming: IncomingMessage): Record<string, string | string[] | undefined> {
  return {
    ...incoming.headers,
    'x-forwarded-for': incoming.socket.remoteAddress ?? '',
    'x-forwarded-host': incoming.headers.host,
    'x-forwarded-proto': 'http',
  };
}

function headOf(response: IncomingMessage): string {
  const raw = response.rawHeaders;
  const headers = raw.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${raw[index + 1] ?? ''}`] : []));
  return [`HTTP/1.1 ${response.statusCode ?? 502} ${response.statusMessage ?? ''}`, ...headers, '', ''].join('\r\n');
}

function answer(outgoing: ServerResponse, page: ErrorPage): void {
  outgoing.writeHead(page.status, { 'content-type': 'text/plain; charset=utf-8', ...page.headers }).end(page.body);
}

function refuseUpgrade(socket: Duplex, page: ErrorPage): void {
  const length = Buffer.byteLength(page.body);
  socket.end(`HTTP/1.1 ${page.status} Error\r\nconnection: close\r\ncontent-length: ${length}\r\n\r\n${page.body}`);
}
