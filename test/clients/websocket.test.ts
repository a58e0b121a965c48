import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { connectionRefused, NetworkError, timedOut, unknownHost } from '../../src/clients/network-error.ts';
import { connectWebsocket, UpgradeRefused } from '../../src/clients/websocket.ts';
import { listen, stopServer } from '../support/listen.ts';

const signal = new AbortController().signal;
const open = (url: string, more = {}) => connectWebsocket({ url, timeout: 5000, signal, ...more });

describe('a WebSocket', () => {
  let server: Server;
  let sockets: WebSocketServer;
  let url: string;
  beforeEach(async () => {
    server = createServer();
    sockets = new WebSocketServer({ server });
    url = await listen(server);
  });
  afterEach(() => stopServer(server));

  test('sends its headers, and hears what comes in order, also what came at once', async () => {
    sockets.on('connection', (client, request) => {
      client.send(`hello ${request.headers.authorization}`);
      client.on('message', message => client.send(Buffer.from(`you said ${message}`)));
    });
    const connection = await open(url, { headers: { authorization: 'Bearer made-up' } });
    connection.send('this');
    expect(await connection.next(signal)).toMatchObject({ type: 'message', text: 'hello Bearer made-up' });
    expect(await connection.next(signal)).toMatchObject({ type: 'message', text: 'you said this' });
    await connection.close();
  });

  test('closes normally', async () => {
    const closed = new Promise<number>(resolve => {
      sockets.on('connection', client => client.on('close', resolve));
    });
    const connection = await open(url);
    await connection.close();
    expect(await closed).toBe(1000);
  });

  test('tells with which code and reason the server closed, as often as it is asked', async () => {
    sockets.on('connection', client => client.close(4401, 'no token came'));
    const connection = await open(url);
    for (const _ of [1, 2]) {
      expect(await connection.next(signal)).toMatchObject({ type: 'closed', code: 4401, reason: 'no token came' });
    }
    await connection.close();
  });

  test('ends without a closing handshake when aborted', async () => {
    const closed = new Promise<number>(resolve => {
      sockets.on('connection', client => client.on('close', resolve));
    });
    const controller = new AbortController();
    const connection = await open(url, { signal: controller.signal });
    const next = connection.next(controller.signal);
    controller.abort(new Error('cancelled'));
    await expect(next).rejects.toThrow('cancelled');
    expect(await closed).toBe(1006);
    await connection.close();
  });

  test('closes although the server never answers the closing', async () => {
    server.removeAllListeners('upgrade');
    sockets.on('connection', (_client, { socket }) => {
      socket.removeAllListeners('data');
      socket.resume();
    });
    server.on('upgrade', (request, socket, head) => {
      sockets.handleUpgrade(request, socket as Socket, head, client => sockets.emit('connection', client, request));
    });
    const connection = await open(url);
    await connection.close();
  });
});

describe('a WebSocket that does not open', () => {
  let server: Server;
  let url: string;
  beforeEach(async () => {
    server = createServer((_request, response) => response.writeHead(426).end());
    url = await listen(server);
  });
  afterEach(() => stopServer(server));

  test.each([401, 403, 404, 502])('is refused with its status %d', async status => {
    server.on('upgrade', (_request, socket) => {
      socket.end(`HTTP/1.1 ${status} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    });
    const error = await open(url).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UpgradeRefused);
    expect(error).toMatchObject({ status, message: expect.stringContaining(`answered ${status}`) });
  });

  test('is refused by a server that knows no WebSockets', async () => {
    await expect(open(url)).rejects.toMatchObject({ status: 426 });
  });

  test('is refused when the server breaks the protocol', async () => {
    server.on('upgrade', (_request, socket) => {
      socket
        .resume()
        .write('HTTP/1.1 101 Sure\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: no\r\n\r\n');
    });
    const error = await open(url).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UpgradeRefused);
    expect(error).toMatchObject({ status: undefined, message: expect.stringContaining('broke the opening handshake') });
  });

  test('times out when the server says nothing', async () => {
    server.on('upgrade', () => {});
    const error = await open(url, { timeout: 50 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: timedOut });
  });

  test('gives up at once when aborted', async () => {
    const controller = new AbortController();
    server.on('upgrade', () => controller.abort(new Error('cancelled')));
    await expect(open(url, { signal: controller.signal })).rejects.toThrow('cancelled');
  });

  test('says that nothing listens, or that there is no such host', async () => {
    const gone = createServer();
    const free = await listen(gone);
    await stopServer(gone);
    const refused = await open(free).catch((thrown: unknown) => thrown);
    expect(refused).toBeInstanceOf(NetworkError);
    expect(refused).toMatchObject({ kind: connectionRefused });
    await expect(open('ws://no-such-host.invalid/')).rejects.toMatchObject({ kind: unknownHost });
  });
});
