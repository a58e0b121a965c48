import { describe, expect, test } from '@jest/globals';
import { CookieJar } from '../../src/clients/cookie-jar.ts';

const now = Date.parse('2026-11-20T12:00:00Z');

/** The cookies that a browser would send to a URL after another one has set them. */
function sent(setCookies: string | string[], { by, to = by, at = now }: { by: string; to?: string; at?: number }) {
  const jar = new CookieJar();
  jar.store([setCookies].flat(), new URL(by), now);
  return jar.header(new URL(to), at);
}

describe('a cookie goes', () => {
  test.each([
    ['back to its host', 'a=1', 'https://api.example.com/login', 'https://api.example.com/'],
    ['to a host below its domain', 'a=1; Domain=example.com', 'https://api.example.com/', 'https://www.example.com/'],
    ['to a path below its own', 'a=1; Path=/api', 'https://api.example.com/', 'https://api.example.com/api/orders'],
    ['to the folder it was set in', 'a=1', 'https://api.example.com/api/login', 'https://api.example.com/api/me'],
    ['back over TLS when it is Secure', 'a=1; Secure', 'https://api.example.com/', 'https://api.example.com/'],
    ['to this machine when it is Secure', 'a=1; Secure', 'http://127.0.0.1:8080/', 'http://127.0.0.1:8080/'],
    ['to localhost when it is Secure', 'a=1; Secure', 'http://localhost/', 'http://localhost/'],
    ['to another port of its host', 'a=1', 'http://127.0.0.1:8080/', 'http://127.0.0.1:9090/'],
    [
      'back when its prefix is honoured',
      '__Host-a=1; Secure; Path=/',
      'https://example.com/x/',
      'https://example.com/',
    ],
  ])('%s', (_where, cookie, by, to) => {
    expect(sent(cookie, { by, to })).toMatch(/a=1$/);
  });
});

describe('a cookie does not go', () => {
  test.each([
    ['to another host', 'a=1', 'https://api.example.com/', 'https://www.example.com/'],
    [
      'to a host that only ends like its domain',
      'a=1; Domain=example.com',
      'https://example.com/',
      'https://badexample.com/',
    ],
    [
      'anywhere when its domain is not that of the host',
      'a=1; Domain=example.org',
      'https://example.com/',
      'https://example.org/',
    ],
    ['anywhere when its domain is a top-level one', 'a=1; Domain=com', 'https://example.com/', 'https://example.com/'],
    ['to a path that only begins like its own', 'a=1; Path=/api', 'https://example.com/', 'https://example.com/apis'],
    ['over plain HTTP when it is Secure', 'a=1; Secure', 'https://example.com/', 'http://example.com/'],
    [
      'anywhere when it is Secure and was set over plain HTTP',
      'a=1; Secure',
      'http://example.com/',
      'https://example.com/',
    ],
    [
      'anywhere when its prefix promises more',
      '__Host-a=1; Secure; Path=/x',
      'https://example.com/x',
      'https://example.com/x',
    ],
  ])('%s', (_where, cookie, by, to) => {
    expect(sent(cookie, { by, to })).toBeUndefined();
  });
});

describe('a cookie ends', () => {
  const by = 'https://example.com/';

  test.each([
    ['after its Max-Age', 'a=1; Max-Age=60', 59_000, 61_000],
    ['at its Expires', 'a=1; Expires=Fri, 20 Nov 2026 12:01:00 GMT', 59_000, 61_000],
    [
      'by Max-Age when Expires says otherwise',
      'a=1; Max-Age=60; Expires=Fri, 20 Nov 2026 13:00:00 GMT',
      59_000,
      61_000,
    ],
  ])('%s', (_when, cookie, before, after) => {
    expect(sent(cookie, { by, at: now + before })).toBe('a=1');
    expect(sent(cookie, { by, at: now + after })).toBeUndefined();
  });

  test.each(['a=; Max-Age=0', 'a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT'])('when it is deleted by %s', deletion => {
    expect(sent(['a=1', deletion], { by })).toBeUndefined();
  });
});

test('the newer value replaces the older, and longer paths go first', () => {
  const cookies = ['a=1', 'b=2', 'a=3', 'c=4; Path=/api'];
  expect(sent(cookies, { by: 'https://example.com/', to: 'https://example.com/api/me' })).toBe('c=4; a=3; b=2');
});
