import { once } from 'node:events';
import { createServer, type Server, request as sendHttp } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { sendRequest } from '../../src/clients/http.ts';
import { connectSse } from '../../src/clients/sse.ts';
import { connectWebsocket } from '../../src/clients/websocket.ts';

/** A server that only the proxy reaches, as `service.invalid`, and where the proxy went. */
let service: Server;
let proxy: Server;
const destinations: string[] = [];
const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
const before = Object.fromEntries(names.map(name => [name, process.env[name]]));
const signal = new AbortController().signal;

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  service = createServer((request, response) => {
    if (request.url === '/events') response.setHeader('content-type', 'text/event-stream');
    response.end(request.url === '/events' ? 'data: 1\n\n' : 'through the proxy');
  });
  new WebSocketServer({ server: service }).on('connection', client => client.send('hello'));
  const port = await listen(service);
  proxy = createServer((incoming, outgoing) => {
    destinations.push(new URL(incoming.url ?? '').host);
    const { pathname } = new URL(incoming.url ?? '');
    const onward = sendHttp({ port, path: pathname, method: incoming.method, headers: incoming.headers }, answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  proxy.on('connect', (request, socket, head) => {
    destinations.push(request.url ?? '');
    if (request.url?.startsWith('forbidden')) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  for (const name of names) delete process.env[name];
  process.env.HTTP_PROXY = process.env.HTTPS_PROXY = `http://127.0.0.1:${await listen(proxy)}`;
  process.env.NO_PROXY = 'localhost';
});
afterAll(async () => {
  for (const name of names) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  for (const server of [service, proxy]) {
    server.closeAllConnections();
    server.close();
  }
});

const get = (url: string) => sendRequest({ method: 'GET', url, timeout: 5000, signal });

describe('a host that only the proxy reaches', () => {
  test('answers over HTTP', async () => {
    expect(await get('http://service.invalid/')).toMatchObject({ status: 200, body: 'through the proxy' });
    expect(destinations.at(-1)).toMatch(/^service\.invalid/);
  });

  test('sends events', async () => {
    const connection = await connectSse({ url: 'http://service.invalid/events', headers: {}, timeout: 5000, signal });
    expect(await connection.next(signal)).toMatchObject({ type: 'message' });
    await connection.close();
  });

  test('opens a WebSocket', async () => {
    const connection = await connectWebsocket({ url: 'http://service.invalid/ws', headers: {}, timeout: 5000, signal });
    expect(await connection.next(signal)).toMatchObject({ text: 'hello' });
    await connection.close();
  });
});

test('NO_PROXY goes without it', async () => {
  const count = destinations.length;
  const { port } = service.address() as AddressInfo;
  expect(await get(`http://localhost:${port}/`)).toMatchObject({ status: 200 });
  expect(destinations).toHaveLength(count);
});

test('a proxy that refuses is named, and says nothing about the release', async () => {
  await expect(get('https://forbidden.invalid/')).rejects.toMatchObject({
    verdict: 'error',
    message: expect.stringMatching(
      /^GET https:\/\/forbidden.invalid\/ could not be sent: the proxy 127\.0\.0\.1:\d+ answered 403 to CONNECT$/,
    ),
  });
});
