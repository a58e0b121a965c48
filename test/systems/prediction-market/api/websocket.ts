import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import { accessTokenOf } from './authentication.ts';
import { converse } from './conversation.ts';
import { ApiError } from './errors.ts';
import type { Metrics } from './metrics.ts';
import type { Parts } from './parts.ts';

const PATH = '/ws';
const MAX_MESSAGE_BYTES = 4_096;
/** RFC 6455, section 7.4.1. */
const GOING_AWAY = 1001;
/** How long a client has to answer the closing handshake, in milliseconds. */
const CLOSE_WITHIN = 1_000;

/**
 * Serves WebSockets at /ws. A token may come in the Authorization header, in the cookie, or in the first message. One
 * that is wrong is refused before the upgrade, as is a page of an origin that may not call the API: a browser sends
 * cookies with a WebSocket whatever page opens it.
 */
export function serveWebSockets(app: FastifyInstance, parts: Parts, metrics: Metrics): void {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const rooms = new Map<WebSocket, Set<string>>();

  app.server.on('upgrade', (request, socket, head) => {
    const admission = admit(request, parts);
    if ('refused' in admission) return refuse(socket, admission.refused);
    server.handleUpgrade(request, socket, head, client => {
      const subscriptions = new Set<string>();
      rooms.set(client, subscriptions);
      metrics.websockets.set(rooms.size);
      client.on('error', error => app.log.warn(error));
      client.on('close', () => {
        rooms.delete(client);
        metrics.websockets.set(rooms.size);
      });
      converse(client, subscriptions, parts, admission.userId);
    });
  });

  parts.events.listen(event => {
    const message = JSON.stringify(event);
    for (const [client, subscriptions] of rooms) {
      if (subscriptions.has(event.data.marketId)) client.send(message);
    }
  });

  app.addHook('preClose', async () => {
    for (const client of rooms.keys()) {
      client.close(GOING_AWAY, 'the server is going away');
      setTimeout(() => client.terminate(), CLOSE_WITHIN).unref();
    }
    server.close();
  });
}

type Admission = { userId: string | undefined } | { refused: string };

function admit(request: IncomingMessage, { allowsOrigin, tokens }: Parts): Admission {
  if (request.url?.split('?')[0] !== PATH) return { refused: '404 Not Found' };
  const { origin } = request.headers;
  if (origin !== undefined && !allowsOrigin(origin)) return { refused: '403 Forbidden' };
  const token = accessTokenOf(request);
  if (token === undefined) return { userId: undefined };
  try {
    return { userId: tokens.verify('access', token).sub };
  } catch (error) {
    if (error instanceof ApiError) return { refused: '401 Unauthorized' };
    throw error;
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
