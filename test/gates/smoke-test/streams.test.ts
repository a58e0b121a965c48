import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, graphql } from 'graphql';
import { type WebSocket, WebSocketServer } from 'ws';
import { testContext } from '../../support/context.ts';
import { bodyOf, type RunningServer, seenIn, serve, smoke } from './support.ts';

let server: RunningServer;
let sockets: WebSocketServer;
const streams = new Set<ServerResponse>();
const schema = buildSchema('type Query { market(slug: String!): Market } type Market { slug: String! price: Float! }');
const root = {
  market: ({ slug }: { slug: string }) => {
    if (slug === 'broken') throw new Error('the price is not known');
    return { slug, price: 0.65 };
  },
};

beforeAll(async () => {
  server = await serve(async (request, response) => {
    if (request.url === '/events') {
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .write(': hello\n\nevent: ready\ndata: {"n":\ndata: 1}\nid: 7\n\n');
      streams.add(response);
      return;
    }
    const body = await bodyOf(request);
    response.setHeader('content-type', 'application/json');
    if (request.url === '/graphql') {
      const { query, variables } = JSON.parse(body);
      response.end(
        JSON.stringify(await graphql({ schema, source: query, rootValue: root, variableValues: variables })),
      );
      return;
    }
    for (const stream of streams) stream.write(`event: order\ndata: ${body}\n\n`);
    for (const client of sockets.clients) client.send(JSON.stringify({ event: 'order', data: JSON.parse(body) }));
    response.end('{}');
  });
  sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: offered => (offered.has('orders.v1') ? 'orders.v1' : false),
  });
  server.server.on('upgrade', (request, socket, head) => {
    if (request.url === '/refused') return socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n');
    sockets.handleUpgrade(request, socket, head, client => {
      client.on('message', message => reply(client, String(message), request.url ?? ''));
    });
  });
});
afterAll(async () => {
  for (const client of sockets.clients) client.terminate();
  await server.stop();
});

function reply(client: WebSocket, message: string, url: string): void {
  const { event } = JSON.parse(message);
  if (event === 'ping') client.send('{"event":"pong"}');
  else if (event === 'leave') client.close(4401, 'no token');
  else if (event === 'break') client.terminate();
  else if (event === 'three') for (const number of [1, 2, 3]) client.send(JSON.stringify({ number }));
  else if (event === 'where') client.send(JSON.stringify({ url }));
}

const run = (steps: string) => smoke(server.url, `flows:\n  a:\n${steps.replace(/^/gm, '    ')}`, testContext());

describe('a client', () => {
  test('that was open before a request sees what the request causes, and so does another', async () => {
    const report = await run(`- { websocket: /ws, as: one }
- { websocket: /ws, as: two, send: { event: ping }, expect: { event: pong } }
- { sse: /events, as: three, expect: { event: ready, data: { n: 1 }, id: "7" } }
- { post: /orders, json: { id: 5 } }
- { listen: one, expect: { event: order, data: { id: 5 } }, within: 2s, capture: { id: $.data.id } }
- { listen: two, expect: { event: order, data: { id: "\${id}" } } }
- { listen: three, expect: { event: order, data: { id: 5 } }, capture: { whole: { text: '"id":(\\d+)', as: number } } }
- { listen: one, send: { event: ping }, expect: { event: pong } }`);
    expect(seenIn(report)).toEqual([]);
    expect(report.taken.at(-1)?.detail).toMatch(/^answered in [\d.]+ ms$/);
  });

  test('hears several messages, in order or in any', async () => {
    const report = await run(`- { websocket: /ws, send: { event: three }, expect-all: [{ number: 1 }, { number: 3 }] }
- { websocket: /ws, send: { event: three }, expect-all: [{ number: 3 }, { number: 1 }], any-order: true }
- { websocket: /ws, send: { event: three }, expect: { number: 1 }, expect-none: { number: 3 } }
- { websocket: /ws, protocols: [orders.v2, orders.v1] }
- { websocket: /ws, send: { event: leave }, closes: 4401 }
- { websocket: /refused, refused: 401 }
- { websocket: /ws, query: { token: made-up }, send: { event: where }, expect: { url: "/ws?token=made-up" } }`);
    expect(seenIn(report)).toEqual([]);
  });

  test.each([
    [
      'messages in another order',
      '{ websocket: /ws, send: { event: three }, expect-all: [{ number: 3 }, { number: 1 }], timeout: 200ms }',
      'smoke/message-missing',
      'no message matched {"number":1} (1 expected message arrived before)',
    ],
    [
      'a message that must not come',
      '{ websocket: /ws, send: { event: three }, expect-none: { number: 2 }, within: 200ms }',
      'smoke/unwanted-message',
      'an unwanted message arrived: {"number":2}',
    ],
    [
      'another closing code',
      '{ websocket: /ws, send: { event: leave }, closes: 4403 }',
      'smoke/wrong-close-code',
      'the server closed with 4401 (no token), expected the server to close with 4403',
    ],
    ['no closing', '{ websocket: /ws, closes: 1000, timeout: 100ms }', 'smoke/wrong-close-code', 'it stayed open'],
    [
      'a WebSocket where none may be',
      '{ websocket: /ws, refused: 401 }',
      'smoke/websocket-accepted',
      'the WebSocket opened, expected the service to refuse it with 401',
    ],
    [
      'another refusal',
      '{ websocket: /refused, refused: 403 }',
      'smoke/websocket-refused',
      'answered 401, expected 403',
    ],
    ['no subprotocol', '{ websocket: /ws, protocols: [orders.v9] }', 'smoke/w', 'orders.v9'],
    ['no stream', '{ sse: /orders }', 'smoke/no-event-stream', 'expected 200 with text/event-stream'],
    [
      'no event',
      '{ sse: /events, expect: { event: never }, timeout: 100ms }',
      'smoke/message-missing',
      'Instead arrived {"event":"ready","data":{"n":1},"id":"7"}; gave up after',
    ],
  ])('reports %s', async (_what, step, code, message) => {
    const report = await run(`- ${step}`);
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([expect.stringContaining(message)]);
    expect(seenIn(report)[0]).toContain(`${code}`);
  });

  test('that is cut off proves nothing about unwanted messages', async () => {
    const report = await run('- { websocket: /ws, send: { event: break }, expect-none: { number: 2 }, within: 10s }');
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([
      expect.stringMatching(
        /smoke\/never-answers at 6: .* the connection broke before 10 s had passed, so nobody knows/,
      ),
    ]);
    const closed = await run('- { websocket: /ws, send: { event: leave }, expect-none: { number: 2 }, within: 10s }');
    expect(closed.taken[0]?.detail).toBe('nothing unwanted arrived; the server closed with 4401 (no token)');
  });

  test('cannot use a connection that is not open', async () => {
    const report = await run('- { websocket: /ws, as: one, if: { value: a, is: b } }\n- { listen: one, expect: {} }');
    expect(report.verdict).toBe('error');
    expect(seenIn(report)).toEqual([expect.stringContaining('smoke/connection-not-usable')]);
  });

  test('leaves no connection behind', async () => {
    await run('- { websocket: /ws, as: one }\n- { websocket: /ws, as: one }\n- { sse: /events, as: two }');
    expect([...sockets.clients].filter(({ readyState }) => readyState === 1)).toEqual([]);
  });
});

describe('a GraphQL request', () => {
  const ask = '{ market(slug: $slug) { slug price } }';
  test('is checked by its data', async () => {
    const report = await run(`- graphql: /graphql
  document: "query($slug: String!) ${ask}"
  variables: { slug: btc }
  expect: { data: { market: { price: 0.65 } } }
  capture: { slug: $.data.market.slug }
- { graphql: /graphql, document: "query($slug: String!) ${ask}", variables: { slug: broken }, expect: { errors: [{ message: the price is not known }] } }`);
    expect(seenIn(report)).toEqual([]);
  });

  test('fails on errors, even with the status 200', async () => {
    const report = await run(
      `- { graphql: /graphql, document: "query($slug: String!) ${ask}", variables: { slug: broken } }`,
    );
    expect(seenIn(report)).toEqual([
      expect.stringContaining(
        'smoke/graphql-errors at 6: a, step 1 (GraphQL /graphql) answered with errors: the price is not known.',
      ),
    ]);
  });
});
