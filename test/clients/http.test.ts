import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { httpRequest } from '../../src/clients/http.ts';
import { NetworkError } from '../../src/clients/network-error.ts';

const text = 'a text that is sent compressed '.repeat(20);
const bodies: Record<string, Buffer> = {
  gzip: gzipSync(text),
  deflate: deflateSync(text),
  br: brotliCompressSync(text),
  zstd: zstdCompressSync(text),
};

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const [, what = '', encoding = ''] = (request.url ?? '').split('/');
    if (encoding) response.setHeader('content-encoding', encoding);
    if (what === 'good') response.end(bodies[encoding]);
    else if (what === 'bad') response.end('this is not compressed');
    else if (what === 'cut') response.end(bodies[encoding]?.subarray(0, 20));
    else if (what === 'endless') pour(response);
    else if (what === 'bomb') response.end(gzipSync(Buffer.alloc(100 * 1024 * 1024)));
    else if (what === 'stalls') response.write('{"half": ');
    else response.end('plain');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

/** Writes for as long as somebody reads. */
function pour(response: ServerResponse): void {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const more = () => {
    while (response.writable && response.write(chunk));
  };
  response.on('drain', more);
  more();
}

const get = (path: string, timeout = 5000, method = 'GET') =>
  httpRequest({ method, url: `${url}${path}`, timeout, signal: new AbortController().signal });

describe('a body', () => {
  test.each(Object.keys(bodies))('in %s is decompressed', async encoding => {
    expect((await get(`/good/${encoding}`)).body).toBe(text);
  });

  test.each(['gzip', 'br', 'zstd'])('that is not the %s it says to be is told of', async encoding => {
    await expect(get(`/bad/${encoding}`)).rejects.toThrow(
      expect.objectContaining({ kind: expect.objectContaining({ code: 'network/unreadable-body' }) }),
    );
  });

  test('that ends too soon is told of', async () => {
    await expect(get('/cut/gzip')).rejects.toThrow(/the body is not gzip/);
  });

  test('of a HEAD request is none, whatever its encoding', async () => {
    expect((await get('/good/gzip', 5000, 'HEAD')).body).toBe('');
  });

  test.each(['/endless', '/bomb/gzip'])('without an end is cut, and its connection ends: %s', async path => {
    const answer = await get(path);
    expect(answer.truncated).toBe(true);
    expect(answer.body).toHaveLength(1024 * 1024);
  });

  test('that stalls is given up', async () => {
    await expect(get('/stalls', 100)).rejects.toThrow(NetworkError);
    await expect(get('/stalls', 100)).rejects.toThrow(/gave no answer within 100 ms/);
  });
});

test('a request leaves no timer and no listener behind', async () => {
  const before = process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
  await get('/plain', 60_000);
  expect(process.getActiveResourcesInfo().filter(name => name === 'Timeout').length).toBeLessThanOrEqual(before);
});
