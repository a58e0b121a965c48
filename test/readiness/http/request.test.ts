import { createServer, type RequestListener, type Server } from 'node:http';
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
