import type { IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { bodyOf, type RunningServer, seenIn, serve, smoke } from './support.ts';

const protections = {
  'strict-transport-security': 'max-age=31536000',
  'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};
const trace = 'Error: no\n    at handle (/srv/app/orders.js:12:7)';

/** An answer in which each place could be the beginning of something, and none is. */
const blank = `{"error":{"code":"NOT_FOUND"},"hex":"${'a'.repeat(400_000)}"}${' '.repeat(400_000)}`;

let server: RunningServer;
let asked = 0;
/** What the last request of `/away` carried. */
let away: IncomingHttpHeaders = {};
/** How many requests the limiter of `/limited` refuses after the first two, before it answers again. */
let refusals = 0;
beforeAll(async () => {
  server = await serve(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const body = await bodyOf(request);
    const json = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const page = (text: string) => response.setHeader('content-type', 'text/html').end(`<p>${text}</p>`);
    const headers = Object.fromEntries(searchParams);
    const text = body === '' ? '' : String(JSON.parse(body).text);
    if (pathname === '/app') response.writeHead(200, { ...protections, ...headers }).end();
    else if (pathname === '/bare') response.end();
    else if (pathname === '/away') {
      away = request.headers;
      response.writeHead(308, { location: searchParams.get('to') ?? '' }).end();
    } else if (pathname === '/error') json(404, { error: { code: 'NOT_FOUND' } });
    else if (pathname === '/trace') json(500, { error: { code: 'NOT_FOUND', stack: trace } });
    else if (pathname === '/other-shape') json(404, { message: 'no' });
    else if (pathname === '/fallback') json(200, {});
    else if (pathname === '/stored') json(201, { text });
    else if (pathname === '/refused') json(422, { error: 'no' });
    else if (pathname === '/login') json(text.includes('OR 1=1') ? 200 : 401, { token: 'made-up' });
    else if (pathname === '/mongo') json(text === '[object Object]' ? 200 : 401, {});
    else if (pathname === '/file') {
      const isPath = searchParams.get('name')?.endsWith('/etc/passwd') ?? false;
      response.writeHead(isPath ? 200 : 404).end(isPath ? 'root:x:0:0:root:/root:/bin/sh' : '');
    } else if (pathname === '/split')
      response.writeHead(404, (searchParams.get('q') ?? '').includes('\r\n') ? { 'x-release-gates': '1' } : {}).end();
    else if (pathname.startsWith('/by-path/')) json(404, {});
    else if (pathname === '/sql')
      json(text.includes("'") ? 500 : 200, text.includes("'") ? { error: 'syntax error at or near "1"' } : {});
    else if (pathname === '/page') page(text);
    else if (pathname === '/searched') page(searchParams.get('q') ?? '');
    else if (pathname === '/escaped')
      page(text.replace(/[<>"&]/g, character => `&#${character.charCodeAt(0)};`).replaceAll('1337', ''));
    else if (pathname === '/template')
      json(200, { text: text.replace('{{7*191}}', '1337').replace('${7*191}', '1337') });
    else if (pathname === '/sign-in') response.setHeader('set-cookie', 'session=made-up; Path=/').end();
    else if (pathname === '/paid') json(200, { id: `${'0'.repeat(200)}${++asked}` });
    else if (pathname === '/breaks') response.writeHead(++asked > 2 ? 429 : 500).end();
    else if (pathname === '/breaks-down') {
      asked += 1;
      response.writeHead(asked <= 2 ? 200 : asked <= 5 ? 429 : 500).end();
    } else if (pathname === '/blank') response.writeHead(404, { 'content-type': 'application/json' }).end(blank);
    else if (pathname === '/limited') {
      asked += 1;
      const isRefused = asked > 2 && asked <= 2 + refusals;
      response.writeHead(isRefused ? 429 : 200, isRefused ? { 'retry-after': '0' } : {}).end();
    } else response.writeHead(404).end();
  });
});
beforeEach(() => {
  asked = 0;
});
afterAll(() => server.stop());

const run = (step: string) => smoke(server.url, `flows:\n  a:\n    - ${step}`);

/** Row G13 of the operators' checklist. */
describe('the headers that protect the users of a browser (G13)', () => {
  test('all pass', async () => {
    expect(seenIn(await run('{ security-headers: /app }'))).toEqual([]);
  });

  test.each([
    ['/bare', 'strict-transport-security is missing'],
    ['/bare', 'content-security-policy is missing'],
    ['/bare', 'neither frame-ancestors nor x-frame-options restricts who may frame it'],
    ['/bare', 'x-content-type-options is missing, expected nosniff'],
    ['/app?strict-transport-security=max-age=300', 'lasts 300 s, expected at least 15552000 (180 days)'],
    ["/app?content-security-policy=script-src 'unsafe-inline'", "allows scripts 'unsafe-inline'"],
    ['/app?content-security-policy=img-src *', 'does not restrict scripts'],
    ["/app?content-security-policy=default-src 'self'; frame-ancestors *", 'frame-ancestors allows every page'],
  ])('%s: %s', async (path, message) => {
    const report = await run(`{ security-headers: "${path}" }`);
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([
      expect.stringContaining('smoke/weak-security-headers at 6: a, step 1 (security-headers '),
    ]);
    expect(seenIn(report)[0]).toContain(message);
  });

  test('are checked only if required', async () => {
    const report = await run('{ security-headers: "/app?strict-transport-security=", require: [csp, frame, nosniff] }');
    expect(seenIn(report)).toEqual([]);
  });
});

describe('plain http (G13, P13)', () => {
  test('redirects to https on the same host', async () => {
    expect(seenIn(await run('{ https-redirect: "/away?to=https://127.0.0.1/" }'))).toEqual([]);
  });

  test('is requested without credentials', async () => {
    const report = await run(`{ get: /sign-in }
    - { https-redirect: "/away?to=https://127.0.0.1/" }`);
    expect(seenIn(report)).toEqual([]);
    expect(away.cookie).toBeUndefined();
    const withToken = run('{ https-redirect: "/away?to=https://127.0.0.1/", bearer: made-up }');
    await expect(withToken).rejects.toThrow(/bearer/);
  });

  test.each([
    ['/app', 'answered 200 over plain HTTP, expected a redirect to https'],
    ['/away?to=/login', 'which is not https'],
    ['/away?to=https://elsewhere.example/', 'redirects to the other host elsewhere.example'],
  ])('%s: %s', async (path, message) => {
    const report = await run(`{ https-redirect: "${path}" }`);
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([expect.stringContaining('smoke/no-https-redirect at 6')]);
    expect(seenIn(report)[0]).toContain(message);
  });
});

/** Row R14 of the operators' checklist. */
describe('an error (R14)', () => {
  const step = (path: string) => `{ error-envelope: ${path}, expect: { error: { code: NOT_FOUND } } }`;

  test('has the documented shape', async () => {
    expect(seenIn(await run(step('/error')))).toEqual([]);
  });

  test('of many bytes is searched in linear time', async () => {
    expect(seenIn(await run(step('/blank')))).toEqual([]);
  });

  test.each([
    ['/trace', 'smoke/leaks-internals', 'answered 500 with a stack trace of JavaScript in its body'],
    ['/other-shape', 'answer/wrong-json', '$.error'],
    ['/fallback', 'smoke/invalid-request-accepted', 'answered 200, expected an error'],
  ])('of %s is reported as %s', async (path, code, message) => {
    const report = await run(step(path));
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([expect.stringContaining(`${code} at`)]);
    expect(seenIn(report)[0]).toContain(message);
  });
});

describe('what a user could write', () => {
  const step = (path: string) => `{ injection: { post: ${path}, json: { text: "\${payload}" } } }`;

  test.each(['/stored', '/refused', '/escaped'])('is only text to %s', async path => {
    const report = await run(step(path));
    expect(seenIn(report)).toEqual([]);
    expect(server.asked.filter(request => request === `POST ${path}`).length).toBeGreaterThan(5);
  });

  test.each([
    ['/sql', 'the service answered 500, as if it ran the payload'],
    ['/login', 'the service answered 200, but 401 to a plain wrong value'],
    ['/mongo', 'with {"$ne":null}: the service answered 200, but 401 to a plain wrong value'],
    ['/page', 'the page contains it unescaped'],
    ['/template', 'the answer contains the evaluated payload'],
  ])('takes effect at %s: %s', async (path, message) => {
    const report = await run(step(path));
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)[0]).toContain('smoke/injection-takes-effect at 6: a, step 1 (POST ');
    expect(seenIn(report)[0]).toContain(message);
  });

  test.each([
    ['{ injection: { get: /file, query: { name: "${payload}" } } }', 'a file of the system'],
    ['{ injection: { get: /split, query: { q: "${payload}" } } }', 'a header that the payload contains'],
    [
      '{ injection: { post: /stored, json: { text: "${payload}" }, expect: { status: [400, 422] } } }',
      'answered 201, expected 400 or 422',
    ],
    ['{ injection: { post: /stored, json: { text: "${payload}" }, within: 0ms } }', 'allowed is 0 ms'],
  ])('takes effect, or is not refused as the step says: %s', async (injection, message) => {
    const report = await run(injection);
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)[0]).toContain(message);
  });

  test.each([
    '{ injection: { post: /refused, json: { text: "${payload}" }, expect: { status: 422, json: { error: no } } } }',
    '{ injection: { get: "/by-path/${payload}" } }',
    '{ injection: { get: /refused, headers: { x-name: "${payload}" } } }',
  ])('is refused in every place: %s', async injection => {
    expect(seenIn(await run(injection))).toEqual([]);
  });

  test.each([
    ['nothing to inject', '{ injection: { get: /stored } }', '${payload}'],
    ...['capture: { a: $.a }', 'retry: { times: 1, because: x }', 'repeat: 2', 'if: x', 'compare-with: previous'].map(
      key => [`${key}`, `{ injection: { get: "/\${payload}", ${key} } }`, 'has no effect within'],
    ),
  ])('is refused in the plan with %s', async (_what, injection, message) => {
    await expect(run(injection)).rejects.toThrow(message);
  });

  test('reaches a query unescaped', async () => {
    const report = await run('{ injection: { get: /searched, query: { q: "${payload}" } } }');
    expect(seenIn(report)).toEqual([
      expect.stringContaining(
        '(GET /searched) with <script>window.releaseGates=1</script>: the page contains it unescaped',
      ),
      expect.stringContaining(
        '(GET /searched) with "><img src=x onerror=releaseGates()>: the page contains it unescaped',
      ),
    ]);
  });
});

test('a repeated request that creates another thing is reported, however late the values differ', async () => {
  const report = await run('{ idempotent: { post: /paid }, same: [$.id] }');
  expect(report.verdict).toBe('failed');
  expect(seenIn(report)).toEqual([
    expect.stringContaining('smoke/not-idempotent at 6: a, step 1 (POST /paid): $.id is "0'),
  ]);
});

test('a repeated request without values to compare proves nothing', async () => {
  const report = await run('{ idempotent: { post: /paid }, same: [$.order] }');
  expect(report.verdict).toBe('failed');
  expect(seenIn(report)).toEqual([
    expect.stringContaining('answer/wrong-json at 6: a, step 1 (POST /paid): the answers lack $.order'),
  ]);
});

test('a redirected stranger was not let in, but not refused as expected either', async () => {
  const report = await run('{ unauthenticated: ["/away?to=/login"] }');
  expect(report.verdict).toBe('failed');
  expect(seenIn(report)).toEqual([
    expect.stringMatching(/smoke\/refused-for-another-reason at 6: .* answered 308 to no token/),
  ]);
});

describe('a limit of requests', () => {
  const step = '{ rate-limit: /limited, allowed: 2, requests: 5, recovers-within: 1s }';

  test('expires in time', async () => {
    refusals = 4;
    const report = await run(step);
    expect(seenIn(report)).toEqual([]);
    expect(report.taken[0]?.detail).toMatch(/^2 of 5 answered, 3 refused, answered again after /);
  });

  test('that never expires is reported', async () => {
    refusals = Number.POSITIVE_INFINITY;
    const report = await run(step);
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([
      expect.stringMatching(/smoke\/limiter-does-not-recover at 6: .*still 429 after .*expected an answer within 1 s/),
    ]);
  });

  test('that is reached too early, or never, is reported', async () => {
    refusals = Number.POSITIVE_INFINITY;
    const early = await run('{ rate-limit: /limited, allowed: 3, requests: 5 }');
    expect(seenIn(early)).toEqual([expect.stringContaining('smoke/limiter-too-strict at 6')]);
    refusals = 0;
    const never = await run('{ rate-limit: /limited, allowed: 3, requests: 5 }');
    expect(seenIn(never)).toEqual([expect.stringContaining('smoke/limiter-fails-open at 6')]);
  });

  test('is neither reached nor expired if the service breaks', async () => {
    const breaks = await run('{ rate-limit: /breaks, allowed: 2, requests: 5 }');
    expect(breaks.verdict).toBe('failed');
    expect(seenIn(breaks)).toEqual([
      expect.stringContaining('smoke/limiter-too-strict at 6: a, step 1 (rate-limit /breaks): only 0 of 5 requests'),
    ]);
    expect(seenIn(breaks)[0]).toContain('(2 times 500, 3 times 429)');
    const broken = await run('{ rate-limit: /trace, allowed: 2, requests: 5 }');
    expect(seenIn(broken)).toEqual([
      expect.stringContaining('answer/wrong-status at 6: a, step 1 (rate-limit /trace)'),
    ]);
    asked = 0;
    const down = await run('{ rate-limit: /breaks-down, allowed: 2, requests: 5, recovers-within: 1s }');
    expect(seenIn(down)).toEqual([expect.stringMatching(/smoke\/limiter-does-not-recover at 6: .*still 500 after /)]);
  });
});
