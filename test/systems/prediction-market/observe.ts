import { createHmac, randomUUID } from 'node:crypto';
import { type Account, bearer, type Conversation, call, converse, register } from './client.ts';

/** What can be seen of a running API from outside. */
export interface Observation {
  ready: boolean;
  commit: string;
  ordersForOneKey: number;
  cookiesAreHttpOnly: boolean;
  answersPing: boolean;
  announcesOrders: boolean;
  /** The status a token signed with another secret gets. */
  forgedToken: number;
  /** The origin it allows when a page of another origin asks. */
  allowedStranger: string | null;
  /** The status of the first request above the limit. */
  excessRequest: number;
}

/** What a good release shows, whichever its commit. */
export const GOOD: Omit<Observation, 'commit'> = {
  ready: true,
  ordersForOneKey: 1,
  cookiesAreHttpOnly: true,
  answersPing: true,
  announcesOrders: true,
  forgedToken: 401,
  allowedStranger: null,
  excessRequest: 429,
};

const MARKET = 'will-btc-hit-100k';
const ORDER = { side: 'BUY', outcome: 'YES', type: 'LIMIT', price: 0.5, quantity: 1 };

/** Looks at an API with a rate limit of 5 requests per route and client. */
export async function observe(url: string): Promise<Observation> {
  const account = await register(url);
  const stranger = await call(url, 'GET /version', { headers: { origin: 'https://example.org' } });
  return {
    ready: (await call(url, 'GET /ready')).body.ready,
    commit: stranger.body.commit,
    allowedStranger: stranger.headers.get('access-control-allow-origin'),
    cookiesAreHttpOnly: await cookiesAreHttpOnly(url, account),
    forgedToken: (await call(url, 'GET /api/balance', { token: forge(account.token) })).status,
    ordersForOneKey: await ordersForOneKey(url, account),
    ...(await overWebSocket(url, account)),
    excessRequest: await excessRequest(url),
  };
}

async function cookiesAreHttpOnly(url: string, { email, password }: Account): Promise<boolean> {
  const { headers } = await call(url, 'POST /api/auth/login', { body: { email, password } });
  return headers.getSetCookie().every(cookie => cookie.includes('HttpOnly'));
}

/** The same claims, signed by someone who does not know the secret. */
function forge(token: string): string {
  const content = token.split('.').slice(0, 2).join('.');
  return `${content}.${createHmac('sha256', 'a secret of someone else').update(content).digest('base64url')}`;
}

async function ordersForOneKey(url: string, { token }: Account): Promise<number> {
  const request = { token, body: ORDER, headers: { 'idempotency-key': randomUUID() } };
  const first = await call(url, `POST /api/orders/${MARKET}`, request);
  const second = await call(url, `POST /api/orders/${MARKET}`, request);
  return new Set([first.body.order.id, second.body.order.id]).size;
}

/**
 * A client reads its answers in their order, and two sentinels need no waiting for what may never come: the answer to
 * an unknown event comes after that of the ping, and the event of a cancelled order after that of the placed one.
 */
async function overWebSocket(url: string, { token }: Account) {
  const client = await converse(url, bearer(token));
  client.send({ event: 'ping' });
  client.send({ event: 'no such event' });
  const answersPing = (await readUntil(client, 'error')).includes('pong');

  const { body } = await call(url, `GET /api/markets/${MARKET}`);
  client.send({ event: 'subscribe:market', data: { marketId: body.market.id } });
  await readUntil(client, 'subscribed');
  const placed = await call(url, `POST /api/orders/${MARKET}`, { token, body: ORDER });
  await call(url, `DELETE /api/orders/${placed.body.order.id}`, { token });
  client.send({ event: 'no such event' });
  const announcesOrders = (await readUntil(client, 'error')).includes('order:placed');
  client.close();
  return { answersPing, announcesOrders };
}

async function readUntil(client: Conversation, event: string): Promise<string[]> {
  const events: string[] = [];
  while (events.at(-1) !== event) events.push((await client.next()).event);
  return events;
}

async function excessRequest(url: string): Promise<number> {
  const headers = { 'x-forwarded-for': `visitor ${randomUUID()}` };
  const flood = Array.from({ length: 6 }, () => call(url, 'GET /api/markets', { headers }));
  const statuses = (await Promise.all(flood)).map(answer => answer.status);
  return Math.max(...statuses);
}
