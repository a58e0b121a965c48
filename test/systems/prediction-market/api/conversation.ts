import type { WebSocket } from 'ws';
import { ApiError, errorEnvelope } from './errors.ts';
import type { Parts } from './parts.ts';

/** How long a client that brought no token has to send one, in milliseconds. */
const AUTHENTICATE_WITHIN = 5_000;
/** In the range that RFC 6455 leaves to applications. */
const UNAUTHORIZED = 4401;

interface Message {
  event: string;
  data?: Record<string, unknown>;
}

/**
 * Talks with one client: `ping`, `subscribe:market` and `unsubscribe:market`; and before them `authenticate` when the
 * connection brought no token.
 */
export function converse(
  client: WebSocket,
  subscriptions: Set<string>,
  { markets, pong, tokens }: Parts,
  connectedAs: string | undefined,
): void {
  let userId = connectedAs;
  const send = (message: object | undefined) => message && client.send(JSON.stringify(message));
  const tooLate = setTimeout(() => {
    if (userId === undefined) client.close(UNAUTHORIZED, 'no token came');
  }, AUTHENTICATE_WITHIN);
  client.on('close', () => clearTimeout(tooLate));

  const answer = async ({ event, data }: Message): Promise<object | undefined> => {
    if (event === 'authenticate') {
      userId = tokens.verify('access', String(data?.token)).sub;
      return { event: 'authenticated' };
    }
    if (userId === undefined) throw new ApiError(401, 'UNAUTHORIZED', 'authenticate first');
    if (event === 'ping') return pong();
    if (event === 'subscribe:market') {
      const { id } = await markets.find(String(data?.marketId));
      subscriptions.add(id);
      return { event: 'subscribed', data: { marketId: id } };
    }
    if (event === 'unsubscribe:market') {
      subscriptions.delete(String(data?.marketId));
      return { event: 'unsubscribed', data: { marketId: data?.marketId } };
    }
    throw new ApiError(400, 'UNKNOWN_EVENT', `there is no event ${event}`);
  };

  client.on('message', raw => {
    const reply = async () => send(await answer(parse(String(raw))));
    reply().catch((error: unknown) => {
      const known = error instanceof ApiError ? error : new ApiError(500, 'INTERNAL_ERROR', 'something went wrong');
      send({ event: 'error', data: errorEnvelope(known.code, known.message).error });
      if (known.status === 401) client.close(UNAUTHORIZED, known.message);
    });
  });
}

function parse(text: string): Message {
  try {
    const message: unknown = JSON.parse(text);
    if (isMessage(message)) return message;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ApiError(400, 'BAD_MESSAGE', 'a message is a JSON object with an event');
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'event' in value && typeof value.event === 'string';
}
