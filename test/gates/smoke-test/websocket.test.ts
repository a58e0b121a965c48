import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type WebSocket, WebSocketServer } from 'ws';
import { testContext } from '../../support/context.ts';
import { type RunningServer, seenIn, serve, smoke } from './support.ts';

let server: RunningServer;
let sockets: WebSocketServer;
/** Sends more than is kept, and waits until the client has heard it all. */
let flood: () => Promise<void> = async () => {};
/** Hears of a client that waits for nothing. */
let onWait: (client: WebSocket) => void = () => {};
beforeAll(async () => {
  server = await serve(async (request, response) => {
    if (request.url === '/flood') await flood();
    response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'session=made-up-session; Path=/' });
    response.end('{"token":"a made-up token"}');
  });
  sockets = new WebSocketServer({ noServer: true });
  server.server.on('upgrade', (request, socket, head) => {
    if (request.url !== '/ws') return socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    sockets.handleUpgrade(request, socket, head, client => {
      const { authorization, cookie } = request.headers;
      client.send('welcome');
      client.on('message', message => converse(client, String(message), { authorization, cookie }));
    });
  });
});
afterAll(async () => {
  for (const client of sockets.clients) client.terminate();
  await server.stop();
});

function converse(client: WebSocket, text: string, headers: Record<string, string | undefined>): void {
  const send = (message: unknown) => client.send(JSON.stringify(message));
  const { event, count = 0 } = text.startsWith('{') ? JSON.parse(text) : { event: text };
  if (event === 'plain ping') client.send('plain pong');
  else if (event === 'ping') send({ event: 'pong', data: { id: 7 } });
  else if (event === 'who') send({ event: 'you', ...headers });
  else if (event === '40') client.send('40{"sid":"made-up-id"}');
  else if (event === '42["join","btc"]') {
    client.send('2');
    client.send('42["tick",{"market":"btc","trades":[{"id":1,"price":9},{"id":2,"price":10}]}]');
  } else if (event === 'flood') for (let number = 1; number <= count; number++) send({ number });
  else if (event === 'endless') {
    const flood = setInterval(() => send({ event: 'noise' }), 1);
    client.once('close', () => clearInterval(flood));
  } else if (event === 'garbage') client.send(Buffer.from([0xff, 0x00, 0x7b]));
  else if (event === 'leave') client.close(4401, 'no token came');
  else if (event === 'vanish') client.terminate();
  else if (event === 'wait') onWait(client);
}

const flow = (...steps: string[]) => `flows:\n  a:\n${steps.map(step => `    - ${step}`).join('\n')}`;

describe('a WebSocket step passes', () => {
  test.each([
    ['when it connects, if nothing is expected', '{ websocket: /ws }'],
    [
      'when one of the messages has what is expected',
      '{ websocket: /ws, send: { event: ping }, expect: { event: pong } }',
    ],
    [
      'with several messages',
      '{ websocket: /ws, send: [{ event: flood, count: 3 }, { event: ping }], expect: { event: pong } }',
    ],
    ['with messages that are no JSON', '{ websocket: /ws, send: plain ping, expect: plain pong }'],
    [
      'with garbage before the message',
      '{ websocket: /ws, send: [{ event: garbage }, { event: ping }], expect: { event: pong } }',
    ],
    [
      'with a text of which a part varies',
      '{ websocket: /ws, send: "40", expect: { $matches: "^40", $json: { sid: { $length: 10 } } } }',
    ],
    [
      'with an item of a message that is a list behind a prefix',
      '{ websocket: /ws, send: \'42["join","btc"]\', expect: { $json: [tick, { trades: { $contains: { id: 2 } } }] }, capture: { price: { json: "$[1].trades[?@.id == 2].price" } } }',
    ],
    [
      'with a filter in a path',
      '{ websocket: /ws, send: \'42["join","btc"]\', expect: { $json: { $values: { "$[1].trades[?@.id == 1].price": 9 } } } }',
    ],
    ['when a capture takes the first message', '{ websocket: /ws, capture: { greeting: { text: "^wel(.*)" } } }'],
    ['within its bound', '{ websocket: /ws, send: { event: ping }, expect: { event: pong }, within: 10s }'],
  ])('%s', async (_when, step) => {
    expect(seenIn(await smoke(server.url, flow(step)))).toEqual([]);
  });

  test.each(['http', 'ws'])('at a whole %s URL', async scheme => {
    const url = server.url.replace('http', scheme);
    expect(seenIn(await smoke(server.url, flow(`{ websocket: "${url}/ws" }`)))).toEqual([]);
  });

  test('with the token and cookies of its flow, and captures for later steps', async () => {
    const report = await smoke(
      server.url,
      flow(
        '{ post: /login, capture: { token: $.token } }',
        '{ websocket: /ws, bearer: "${token}", send: { event: who }, expect: { event: you, authorization: "Bearer ${token}", cookie: session=made-up-session } }',
        '{ websocket: /ws, send: { event: ping }, expect: { event: pong }, capture: { id: $.data.id } }',
        '{ websocket: /ws, send: { event: flood, count: "${id}" }, expect: { number: 7 } }',
      ),
    );
    expect(seenIn(report)).toEqual([]);
  });
});

describe('a WebSocket step fails', () => {
  test('when it is refused, with the status and a command to try', async () => {
    const context = testContext();
    const report = await smoke(server.url, flow('{ websocket: /private, bearer: made-up }'), context);
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([
      expect.stringMatching(/^smoke\/websocket-refused at 6: a, step 1 \(WebSocket \/private\): .* answered 403/),
    ]);
    expect(context.logged).toEqual([
      `  │ npx wscat -c '${server.url.replace('http', 'ws')}/private' -H 'authorization: Bearer ***'`,
    ]);
  });

  test('when no expected message arrives; the last others are shown', async () => {
    const step = '{ websocket: /ws, send: { event: flood, count: 7 }, expect: { event: pong }, timeout: 200ms }';
    const report = await smoke(server.url, flow(step));
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([
      expect.stringMatching(
        /^smoke\/message-missing at 6: a, step 1 \(WebSocket \/ws\): no message matched \{"event":"pong"\}\. Instead arrived \{"number":3\}, .*\{"number":7\} and 3 earlier; gave up after /,
      ),
    ]);
  });

  test.each([
    ['closes', 'leave', 'Instead arrived welcome; the server closed with 4401 (no token came).'],
    [
      'goes away',
      'vanish',
      'the connection broke before a message matched {"event":"pong"}. Instead arrived welcome. api itself is ready.',
    ],
  ])('when the server %s before', async (_what, event, message) => {
    const report = await smoke(
      server.url,
      flow(`{ websocket: /ws, send: { event: ${event} }, expect: { event: pong } }`),
    );
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([expect.stringContaining(message)]);
  });

  test('in time even if messages never end', async () => {
    const step = '{ websocket: /ws, send: { event: endless }, expect: { event: pong }, timeout: 200ms }';
    expect(seenIn(await smoke(server.url, flow(step)))).toEqual([expect.stringContaining('gave up after')]);
  });

  test('when the message comes too late', async () => {
    const step = '{ websocket: /ws, send: { event: ping }, expect: { event: pong }, within: 0.0001ms }';
    expect(seenIn(await smoke(server.url, flow(step)))).toEqual([expect.stringContaining('answer/too-slow at 6')]);
  });

  test('when the message lacks what later steps need', async () => {
    const step = '{ websocket: /ws, send: { event: ping }, expect: { event: pong }, capture: { id: $.id } }';
    expect(seenIn(await smoke(server.url, flow(step)))).toEqual([
      expect.stringContaining(
        'smoke/capture-not-found at 6: a, step 1 (WebSocket /ws): $.id is missing; $ has event, data',
      ),
    ]);
  });
});

test('a host that cannot be found is an error, not a failure', async () => {
  const report = await smoke(server.url, flow('{ websocket: "wss://no-such-host.invalid/ws" }'));
  expect(report.verdict).toBe('error');
  expect(seenIn(report)).toEqual([expect.stringContaining('network/unknown-host at 6: a, step 1: WebSocket wss://')]);
});

test('a cancelled run ends its WebSocket at once', async () => {
  const controller = new AbortController();
  const closed = new Promise<number>(resolve => {
    onWait = client => {
      client.once('close', resolve);
      controller.abort(new Error('cancelled'));
    };
  });
  const context = testContext({ signal: controller.signal });
  const report = await smoke(
    server.url,
    flow('{ websocket: /ws, send: { event: wait }, expect: { event: never } }'),
    context,
  );
  expect(report.verdict).toBe('error');
  expect(seenIn(report)).toEqual([expect.stringContaining('gate/cancelled')]);
  expect(await closed).toBe(1006);
});

describe('messages that came while nobody listened', () => {
  test.each([
    ['one that is awaited', '{ listen: live, expect: { number: 1 }, timeout: 100ms }', true],
    ['one that must not come', '{ listen: live, expect-none: { number: 1 }, within: 100ms }', true],
    ['an order of others', '{ listen: live, expect: { number: 10001 }, expect-none: { number: 1 } }', true],
    ['one that is still there', '{ listen: live, expect: { number: 10001 } }', false],
  ])('are more than are kept, when the step checks %s', async (_what, listen, isUndecided) => {
    onWait = client => {
      flood = async () => {
        for (let number = 0; number <= 10_001; number++) client.send(JSON.stringify({ number }));
        const heard = once(client, 'pong');
        client.ping(); // answered in its turn, so after all that came before
        await heard;
      };
    };
    const report = await smoke(server.url, flow('{ websocket: /ws, send: wait, as: live }', '{ get: /flood }', listen));
    expect(report.verdict).toBe(isUndecided ? 'error' : 'passed');
    expect(seenIn(report)).toEqual(
      isUndecided
        ? [expect.stringMatching(/smoke\/messages-dropped at 8: .*: the gate dropped \d+ messages that arrived before/)]
        : [],
    );
  });
});
