import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from '@jest/globals';
import { httpProbeSchema } from '../../../src/config/schema/probe/http.ts';
import { sendProbe } from '../../../src/readiness/http/request.ts';
import { testContext } from '../../support/context.ts';
import { listen } from '../../support/listen.ts';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
});

function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  return listen(server);
}

const where = { boundary: 'delivery' } as const;

test.each([
  ['app:pass', 'Basic app:pass'],
  ['app:50%', 'Basic app:50%'],
  ['a%40b:p%zz%C3%BC', 'Basic a@b:p%zzü'],
])('user info %s becomes Basic authentication', async (userInfo, expected) => {
  let received = '';
  const url = await serve((asked, response) => {
    const [scheme, credentials = ''] = asked.headers.authorization?.split(' ') ?? [];
    received = `${scheme} ${Buffer.from(credentials, 'base64')}`;
    response.end();
  });
  const probe = httpProbeSchema.parse({ get: url.replace('//', `//${userInfo}@`) });
  await sendProbe({ probe, method: 'get', where }, testContext());
  expect(received).toBe(expected);
});

test('a cookie that a redirect sets goes to the next request, and to no other host', async () => {
  const received: (string | undefined)[] = [];
  const keep: RequestListener = (asked, response) => {
    received.push(asked.headers.cookie);
    response.end();
  };
  const other = await serve(keep);
  const url = await serve((asked, response) => {
    if (asked.url === '/there') return keep(asked, response);
    const location = asked.url === '/in' ? '/there' : other.replace('127.0.0.1', 'localhost');
    return response.writeHead(302, { location, 'set-cookie': 'region=eu; Path=/' }).end();
  });
  for (const path of ['/in', '/out']) {
    const probe = httpProbeSchema.parse({ get: `${url}${path}`, redirects: 1 });
    await sendProbe({ probe, method: 'get', where }, testContext());
  }
  expect(received).toEqual(['region=eu', undefined]);
});

test('http2: only speaks to a server that knows nothing else, without TLS', async () => {
  const server = createHttp2Server((_, response) => response.end('over 2'));
  const probe = httpProbeSchema.parse({ get: await listen(server), http2: 'only' });
  const { answer } = await sendProbe({ probe, method: 'get', where }, testContext());
  server.close();
  expect([answer.status, answer.body]).toEqual([200, 'over 2']);
});

test('ip may be written as a number', () => {
  expect(httpProbeSchema.parse({ get: 'http://x', ip: 6 }).ip).toBe('6');
});

test.each([307, 308])('a body that is redirected (%d) goes on to the same origin, and to no other', async status => {
  const received: string[] = [];
  const keep: RequestListener = async (asked, response) => {
    received.push(`${asked.method} ${asked.headers['content-type'] ?? 'no type'} ${await text(asked)}`);
    response.end();
  };
  const other = await serve(keep);
  const url = await serve((asked, response) => {
    if (asked.url === '/there') keep(asked, response);
    else response.writeHead(status, { location: asked.url === '/in' ? '/there' : other }).end();
  });
  for (const path of ['/in', '/out']) {
    const probe = httpProbeSchema.parse({ post: `${url}${path}`, json: { password: 'made-up' }, redirects: 1 });
    await sendProbe({ probe, method: 'post', where: { boundary: 'delivery' } }, testContext());
  }
  expect(received).toEqual(['POST application/json {"password":"made-up"}', 'POST no type ']);
});
