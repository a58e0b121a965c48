import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { type EmulatorServer, route, type ServerOptions, serve } from './http.ts';

let server: EmulatorServer | undefined;
afterEach(() => server?.stop());

async function started(routes: ServerOptions['routes']): Promise<EmulatorServer> {
  server = await serve({
    routes,
    authorize: () => undefined,
    notFound: () => ({ status: 404, body: { error: 'not found' } }),
    malformed: () => ({ status: 400, body: { error: 'malformed' } }),
  });
  return server;
}

test('names in a route are decoded, and a last one may have slashes', async () => {
  const { url } = await started([
    route('GET /apps/:app', ({ params }) => ({ status: 200, body: params })),
    route('GET /refs/*ref', ({ params }) => ({ status: 200, body: params })),
  ]);
  expect(await (await fetch(`${url}/apps/a%20b`)).json()).toEqual({ app: 'a b' });
  expect(await (await fetch(`${url}/refs/heads/main`)).json()).toEqual({ ref: 'heads/main' });
  expect((await fetch(`${url}/apps/a/b`)).status).toBe(404);
  expect((await fetch(`${url}/apps/a`, { method: 'POST' })).status).toBe(404);
});

test('JSON that cannot be read is refused in the words of the vendor', async () => {
  const { url, requests } = await started([route('POST /apps', () => ({ status: 201 }))]);
  expect((await fetch(`${url}/apps`, { method: 'POST', body: '{"name":' })).status).toBe(400);
  expect(requests).toMatchObject([{ method: 'POST', path: '/apps', status: 400 }]);
});

test('a defect of a handler is told as such', async () => {
  const { url } = await started([
    route('GET /apps', () => {
      throw new TypeError('no such state');
    }),
  ]);
  const response = await fetch(`${url}/apps`);
  expect(response.status).toBe(500);
  expect(await response.text()).toContain('emulator: TypeError: no such state');
});

test('a client that goes away while it is sending does no harm', async () => {
  const { url } = await started([route('POST /apps', () => ({ status: 201 }))]);
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /apps HTTP/1.1\r\nhost: emulator\r\ncontent-length: 100\r\n\r\n{');
  socket.destroy();
  await once(socket, 'close');
  expect((await fetch(`${url}/apps`, { method: 'POST', body: '{}' })).status).toBe(201);
});
