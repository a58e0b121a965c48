import { createServer, type RequestListener } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { type HttpRequest, sendRequest, stripQuery } from '../../src/clients/http.ts';
import { toNetworkError } from '../../src/clients/network-error.ts';
import { onCleanUp } from '../support/clean-up.ts';
import { listen, stopServer } from '../support/listen.ts';

async function ask(handler: RequestListener, request: Partial<HttpRequest> = {}) {
  const server = createServer(handler);
  onCleanUp(() => stopServer(server));
  const url = await listen(server);
  const signal = new AbortController().signal;
  return sendRequest({ method: 'GET', timeout: 5000, signal, ...request, url: `${url}${request.url ?? '/'}` });
}

describe('an HTTP request', () => {
  test('gives status, headers, cookies and body', async () => {
    const answer = await ask((_, response) => {
      response.writeHead(201, {
        'X-One': 'a',
        'Set-Cookie': ['a=1; HttpOnly', 'b=2'],
        'Content-Type': 'text/plain; charset=utf-8',
      });
      response.end('größer');
    });
    expect(answer).toMatchObject({ status: 201, body: 'größer', truncated: false, cookies: ['a=1; HttpOnly', 'b=2'] });
    expect(answer.headers['x-one']).toBe('a');
  });

  test('sends method, headers and body, and says who asks', async () => {
    const answer = await ask(
      (request, response) => {
        let body = '';
        request
          .on('data', chunk => (body += chunk))
          .on('end', () => {
            response.end(JSON.stringify([request.method, request.headers['user-agent'], request.headers['x-a'], body]));
          });
      },
      { method: 'POST', headers: { 'x-a': 'b' }, body: '{"a":1}' },
    );
    expect(JSON.parse(answer.body)).toEqual(['POST', 'release-gates', 'b', '{"a":1}']);
  });

  test('follows no redirect', async () => {
    const answer = await ask((_, response) => response.writeHead(302, { location: '/elsewhere' }).end());
    expect(answer).toMatchObject({ status: 302, headers: { location: '/elsewhere' } });
  });

  test('keeps a megabyte of a longer body and says so', async () => {
    const answer = await ask((_, response) => response.end('x'.repeat(3 * 1024 * 1024)));
    expect(answer.truncated).toBe(true);
    expect(answer.body).toHaveLength(1024 * 1024);
  });

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
  ])('reads a body that comes in %s, and no more of it than of any other', async (encoding, compress) => {
    const send =
      (body: string): RequestListener =>
      (_, response) =>
        response.writeHead(200, { 'content-encoding': encoding }).end(compress(Buffer.from(body)));
    expect(await ask(send('größer'))).toMatchObject({ body: 'größer', truncated: false });
    const bomb = await ask(send('x'.repeat(20 * 1024 * 1024)));
    expect(bomb).toMatchObject({ truncated: true, body: 'x'.repeat(1024 * 1024) });
  });

  test.each([
    ['text/html; charset=iso-8859-1', Buffer.from('gr\xf6\xdfer', 'latin1'), 'größer'],
    ['text/plain;charset="windows-1252"', Buffer.from([0x80, 0x35]), '€5'],
    ['text/plain; charset=utf-16le', Buffer.from('größer', 'utf16le'), 'größer'],
    ['text/plain; charset=made-up', Buffer.from('größer'), 'größer'],
    ['application/json; charset=iso-8859-1', Buffer.from('"größer"'), '"größer"'],
  ])('reads the character set that the answer names: %s', async (type, bytes, text) => {
    const answer = await ask((_, response) => response.writeHead(200, { 'content-type': type }).end(bytes));
    expect(answer.body).toBe(text);
  });

  test.each(['unknown', 'constructor'])('leaves an encoding that it does not know: %s', async encoding => {
    const answer = await ask((_, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end('as it is'),
    );
    expect(answer.body).toBe('as it is');
  });

  test.each([
    ['is damaged', (bytes: Buffer) => bytes.fill(0, 20, 30)],
    ['breaks off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ])('tells of a compressed body that %s', async (_, damage) => {
    const bytes = damage(gzipSync(Buffer.from(Array.from({ length: 1000 }, (_, index) => index).join())));
    const answer = ask((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes));
    await expect(answer).rejects.toMatchObject({ kind: { code: 'network/unreadable-body' } });
  });

  test.each(['gzip', 'br', 'zstd', 'deflate'])('without a body is not held to be damaged %s', async encoding => {
    const bare: RequestListener = (_, response) => response.writeHead(200, { 'content-encoding': encoding }).end();
    expect(await ask(bare, { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    expect(await ask(bare)).toMatchObject({ status: 200, body: '' });
  });

  test('waits for the answer where something is announced before it', async () => {
    const answer = await ask((_, response) => {
      response.writeEarlyHints({ link: '</app.css>; rel=preload' });
      response.end('the answer');
    });
    expect(answer).toMatchObject({ status: 200, body: 'the answer' });
  });

  test.each(['/', '/slow-body'])('is given up when time is over: %s', async url => {
    const handler: RequestListener = (request, response) => {
      if (request.url === '/slow-body') response.write('a');
    };
    await expect(ask(handler, { url: `${url}?token=private`, timeout: 50 })).rejects.toMatchObject({
      kind: { code: 'network/timed-out' },
      message: expect.stringMatching(
        /^GET http:\/\/127\.0\.0\.1:\d+\/[\w-]* (gave no answer|answered 200 with a body that did not end) within 50 ms$/,
      ),
    });
  });

  test('has a connection of its own where that is asked for', async () => {
    const ports = new Set<number | undefined>();
    const server = createServer((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    onCleanUp(() => stopServer(server));
    const url = await listen(server);
    const { signal } = new AbortController();
    for (let count = 0; count < 3; count++)
      await sendRequest({ method: 'GET', url, timeout: 5000, signal, fresh: 'http/1.1' });
    expect(ports.size).toBe(3);
  });

  test('goes over the family of addresses that is asked for', async () => {
    const request = ask((_, response) => response.end('x'), { family: 4 });
    expect((await request).body).toBe('x');
    await expect(ask(() => {}, { family: 6 })).rejects.toMatchObject({ kind: { code: expect.any(String) } });
  });

  test('tells whether the body is UTF-8, and how long it is', async () => {
    expect(await ask((_, response) => response.end('größer'))).toMatchObject({ utf8: true, size: 8 });
    expect(await ask((_, response) => response.end(Buffer.from('größer', 'latin1')))).toMatchObject({ utf8: false });
  });

  test('ends with the reason of who stopped it', async () => {
    const controller = new AbortController();
    const reason = new Error('the run was cancelled');
    const request = ask(() => controller.abort(reason), { signal: controller.signal });
    await expect(request).rejects.toBe(reason);
  });
});

test.each([
  ['https://user:fake@example.com:8443/path?token=x#part', 'https://example.com:8443/path'],
  ['not a url', 'not a url'],
  ['example.com/path?token=x#part', 'example.com/path'],
  ['https://user:fake@example.com:port/path?token=x', 'https://example.com:port/path'],
])('%s is shown as %s', (url, shown) => {
  expect(stripQuery(url)).toBe(shown);
});

describe('an error of the network', () => {
  const coded = (code: string, message = code) => Object.assign(new Error(message), { code });

  test.each([
    ['ENOTFOUND', 'network/unknown-host', 'error'],
    ['EAI_AGAIN', 'network/dns-failed', 'error'],
    ['ENETUNREACH', 'network/unreachable', 'error'],
    ['EHOSTUNREACH', 'network/unreachable', 'error'],
    ['ECONNREFUSED', 'network/connection-refused', 'failed'],
    ['ETIMEDOUT', 'network/timed-out', 'failed'],
    ['UND_ERR_CONNECT_TIMEOUT', 'network/timed-out', 'failed'],
    ['CERT_HAS_EXPIRED', 'network/certificate-expired', 'failed'],
    ['CERT_REVOKED', 'network/bad-certificate', 'failed'],
    ['CERT_NOT_YET_VALID', 'network/certificate-not-yet-valid', 'failed'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'network/certificate-self-signed', 'failed'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'network/bad-certificate', 'failed'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'network/certificate-wrong-name', 'failed'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'network/tls-failed', 'failed'],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'network/tls-too-old', 'failed'],
    ['ERR_HTTP2_STREAM_ERROR', 'network/http2-reset', 'failed'],
    ['EPROTO', 'network/tls-failed', 'failed'],
    ['ECONNRESET', 'network/connection-lost', 'failed'],
    ['UND_ERR_SOCKET', 'network/connection-lost', 'failed'],
    ['UND_ERR_HEADERS_OVERFLOW', 'network/malformed-answer', 'failed'],
    ['UND_ERR_INVALID_ARG', 'network/invalid-request', 'error'],
  ])('with the code %s is %s, and the check %s', (code, kind, verdict) => {
    expect(toNetworkError(coded(code), 'GET x')).toMatchObject({ kind: { code: kind }, verdict });
  });

  test.each([
    ['a cause', new TypeError('fetch failed', { cause: coded('ECONNREFUSED') })],
    ['one of several addresses', new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')])],
    ['the cause of a cause', new Error('a', { cause: new Error('b', { cause: coded('ECONNREFUSED') }) })],
  ])('is found in %s', (_, error) => {
    expect(toNetworkError(error, 'GET x')?.kind.code).toBe('network/connection-refused');
  });

  test.each([
    [
      'OpenSSL',
      Object.assign(coded('ERR_SSL_X', '40:error:0A:SSL routines:f:wrong version number:../deps/x.c:77:\n'), {
        reason: 'wrong version number',
      }),
      'GET x gave no answer: wrong version number',
    ],
    [
      'Node.js',
      coded(
        'DEPTH_ZERO_SELF_SIGNED_CERT',
        'self-signed certificate; if the root CA is installed locally, try running Node.js with --use-system-ca',
      ),
      'GET x gave no answer: self-signed certificate',
    ],
  ])('goes without the advice of %s', (_, error, message) => {
    expect(toNetworkError(error, 'GET x')?.message).toBe(message);
  });

  test.each([
    ['any error', new Error('broken')],
    ['an error with a code of its own', coded('constructor')],
    ['no error', 'text'],
    ['nothing', undefined],
  ])('is not %s', (_, error) => {
    expect(toNetworkError(error, 'GET x')).toBeUndefined();
  });
});
