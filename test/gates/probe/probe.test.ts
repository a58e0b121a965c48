import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { GateContext } from '../../../src/core/context.ts';
import { GateError } from '../../../src/core/errors.ts';
import { listFindings } from '../../../src/core/report.ts';
import { probe } from '../../../src/gates/probe/gate.ts';
import { planTargetFromInputs } from '../../../src/gates/probe/inputs.ts';
import { omitWatching, planTargets } from '../../../src/readiness/targets.ts';
import { commit, noInputs, probeOne, serve } from '../../readiness/support.ts';
import { onCleanUp } from '../../support/clean-up.ts';
import { parseConfiguration } from '../../support/configuration.ts';
import { testContext } from '../../support/context.ts';
import { freePort } from '../../support/free-port.ts';
import { listen } from '../../support/listen.ts';

/** A server below HTTP, which has the connection. */
async function serveRaw(onRequest: (socket: Socket) => void): Promise<string> {
  const sockets: Socket[] = [];
  const server = createTcpServer(socket => {
    sockets.push(socket.on('error', () => {}));
    socket.once('data', () => onRequest(socket));
  });
  onCleanUp(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return listen(server);
}

const probeLive = (url: string, live: string, overrides: Partial<GateContext> = {}) => probeOne(live, url, overrides);

const json =
  (body: unknown, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const page: RequestListener = (_, response) =>
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<!doctype html>\n<title>Log in</title>');

const login: RequestListener = (_, response) =>
  response.writeHead(302, { location: 'https://login.example.com/start?state=private' }).end();

describe('a service that is ready', () => {
  test.each([
    ['any good status', 'get: /', json({}, 204)],
    ['the status that is asked for', 'get: /, expect: { status: [401, 403] }', json({}, 403)],
    [
      'more JSON than is asked for',
      'get: /, expect: { json: { ready: true, parts: [1] } }',
      json({ ready: true, more: 1, parts: [1] }),
    ],
    ['the commit that is released', 'get: /, expect: { json: { commit: "${commit}" } }', json({ commit })],
    ['a header', 'get: /, expect: { headers: { Content-Type: json } }', json({})],
    ['a text', 'get: /, expect: { text: Log in }', page],
    ['three good answers in a row', 'get: /, consecutive: 3', json({})],
  ])('passes with %s', async (_, live, handler) => {
    const report = await probeLive(await serve(handler), live);
    expect(report).toMatchObject({
      verdict: 'passed',
      headline: '1 of 1 target ready.',
      checks: [{ name: 'api.it' }],
    });
    expect(listFindings(report)).toEqual([]);
  });

  test('is waited for', async () => {
    let requests = 0;
    const url = await serve((request, response) => json({}, ++requests > 2 ? 200 : 503)(request, response));
    const report = await probeLive(url, 'get: /, deadline: 10s');
    expect(report).toMatchObject({ verdict: 'passed', checks: [{ detail: expect.stringContaining('3 attempts in') }] });
  });

  test('is waited for until it listens', async () => {
    const port = await freePort();
    const report = probeLive(`http://127.0.0.1:${port}`, 'get: /, deadline: 10s');
    await delay(150);
    const server = createServer(json({})).listen(port, '127.0.0.1');
    onCleanUp(() => server.close());
    expect((await report).verdict).toBe('passed');
  });

  test('is asked with the declared headers, and what is escaped stands as it is', async () => {
    let seen: unknown;
    const url = await serve((request, response) => {
      seen = [request.method, request.url, request.headers.authorization, request.headers['x-literal']];
      response.end();
    });
    const live = 'get: "/${TARGET}", headers: { authorization: "Bearer ${TOKEN}", x-literal: "$${TOKEN}" }';
    await probeLive(url, live, { variables: { TOKEN: 'fake-token', TARGET: 'ready?deep=1' } });
    expect(seen).toEqual(['GET', '/ready?deep=1', 'Bearer fake-token', '${TOKEN}']);
  });
});

describe('a service that is not ready fails, and the finding says why', () => {
  const cases: [string, string, RequestListener, string, string][] = [
    [
      'a wrong status',
      'get: /health',
      json({ error: 'boom' }, 500),
      'answer/wrong-status',
      'answered 500, expected 200 to 299. The body begins: {"error":"boom"}',
    ],
    [
      'another status than asked for',
      'get: /, expect: { status: [401, 403] }',
      json({}),
      'answer/wrong-status',
      'answered 200, expected 401 or 403.',
    ],
    [
      'a login page in its place',
      'get: /',
      login,
      'answer/login-page',
      'answered 302 with a redirect to https://login.example.com/start.',
    ],
    [
      'HTML instead of JSON',
      'get: /, expect: { json: { ready: true } }',
      page,
      'answer/not-json',
      'answered text/html, expected JSON. The body begins: Log in',
    ],
    [
      'nothing instead of JSON',
      'get: /, expect: { json: { ready: true } }',
      (_, response) => response.end(),
      'answer/not-json',
      'answered 200 with an empty body, expected JSON.',
    ],
    [
      'wrong values',
      'get: /, expect: { json: { ready: true, redis: true } }',
      json({ ready: false }),
      'answer/wrong-json',
      '$.ready is false, expected true; $.redis is missing, expected true.',
    ],
    [
      'a value of another kind',
      'get: /, expect: { json: { parts: [1, 2] } }',
      json({ parts: [1] }),
      'answer/wrong-json',
      '$.parts is [1], expected [1,2].',
    ],
    [
      'a list where a mapping is expected',
      'get: /, expect: { json: { a: 1 } }',
      json([1]),
      'answer/wrong-json',
      '$ is [1], expected {"a":1}.',
    ],
    [
      'null where a mapping is expected',
      'get: /, expect: { json: { a: { b: 1 } } }',
      json(null),
      'answer/wrong-json',
      '$ is null, expected',
    ],
    [
      'a key that every object inherits',
      'get: /, expect: { json: { toString: x, constructor: x } }',
      json({}),
      'answer/wrong-json',
      '$.toString is missing, expected "x"',
    ],
    [
      'the old commit',
      'get: /, expect: { json: { commit: "${commit}" } }',
      json({ commit: 'fedcba' }),
      'answer/wrong-json',
      `$.commit is "fedcba", expected "${commit}".`,
    ],
    [
      'a missing header',
      'get: /, expect: { headers: { X-Frame-Options: DENY } }',
      json({}),
      'answer/wrong-header',
      'the header X-Frame-Options is missing, expected "DENY".',
    ],
    [
      'a header that every object inherits',
      'get: /, expect: { headers: { constructor: x } }',
      json({}),
      'answer/wrong-header',
      'the header constructor is missing',
    ],
    [
      'a wrong header',
      'get: /, expect: { headers: { content-type: html } }',
      json({}),
      'answer/wrong-header',
      'the header content-type is "application/json", expected "html".',
    ],
    [
      'another text',
      'get: /, expect: { text: Welcome }',
      page,
      'answer/missing-text',
      'the body does not contain "Welcome".',
    ],
    [
      'a right answer that is too slow',
      'get: /, within: 1ms',
      (_, response) => setTimeout(() => response.end(), 30),
      'answer/too-slow',
      'allowed is 1 ms.',
    ],
  ];

  test.each(cases)('%s', async (_, live, handler, code, message) => {
    const report = await probeLive(await serve(handler), `${live}, deadline: 1ms`);
    expect(report).toMatchObject({ verdict: 'failed', headline: '0 of 1 target ready.' });
    expect(listFindings(report)).toMatchObject([
      {
        code,
        boundary: 'delivery',
        message: expect.stringContaining(message),
        place: { path: 'release-gates.yml', line: 2, column: 17 },
      },
    ]);
    expect(listFindings(report)[0]?.message).toMatch(
      /^GET http:\/\/127\.0\.0\.1.*The gate gave up after 1 attempt in \d+ ms\.$/,
    );
  });

  test('good and bad answers in turn are not steady', async () => {
    let requests = 0;
    const url = await serve((request, response) => json({}, ++requests % 2 ? 200 : 503)(request, response));
    const report = await probeLive(url, 'get: /, consecutive: 2, deadline: 350ms');
    expect(report.verdict).toBe('failed');
    expect(['probe/unstable', 'answer/wrong-status']).toContain(listFindings(report)[0]?.code);
  });

  test('good answers that were too few when the time was over decide nothing', async () => {
    const report = await probeLive(await serve(json({})), 'get: /, consecutive: 50, deadline: 250ms');
    expect(listFindings(report)).toMatchObject([
      {
        code: 'probe/ready-too-late',
        message: expect.stringContaining('of the 50 good answers fit before the deadline'),
      },
    ]);
  });

  test('one that is not ready does not hide another that is', async () => {
    const text = `probe: { a: { x: { get: "${await serve(json({}))}", for: 0s } }, b: { y: { get: "${await serve(json({}, 500))}", for: 0s, deadline: 1ms } } }`;
    const config = parseConfiguration(text, { path: 'c.yml', environment: '', commit });
    const context = testContext();
    const report = await probe(planTargets(config, [], context), context);
    expect(report.checks.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['a.x', 'passed'],
      ['b.y', 'failed'],
    ]);
    expect(report.headline).toBe('1 of 2 targets ready.');
  });
});

describe('a service that gives no answer', () => {
  test.each([
    ['hangs', (_: Socket) => {}, 'network/timed-out', 'gave no answer within 50 ms'],
    [
      'begins and hangs',
      (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'),
      'network/endless-body',
      'answered 200 with a body that did not end within 50 ms',
    ],
    ['closes at once', (socket: Socket) => socket.end(), 'network/connection-lost', 'other side closed'],
    [
      'is cut in the middle of the body',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'),
      'network/body-interrupted',
      'answered 200, but the connection ended in the middle of the body',
    ],
    [
      'is reset in the middle of the body',
      (socket: Socket) =>
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc', () => socket.resetAndDestroy()),
      'network/body-interrupted',
      '',
    ],
    [
      'speaks another protocol',
      (socket: Socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'),
      'network/malformed-answer',
      'HTTP/1.1 protocol',
    ],
    [
      'has headers without end',
      (socket: Socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`),
      'network/malformed-answer',
      '',
    ],
  ])('fails: it %s', async (_, onRequest, code, message) => {
    const report = await probeLive(await serveRaw(onRequest), 'get: /, timeout: 50ms, deadline: 1ms');
    expect(report.verdict).toBe('failed');
    expect(listFindings(report)).toMatchObject([{ code, message: expect.stringContaining(message) }]);
  });

  test('fails: nothing listens', async () => {
    const report = await probeLive(`http://127.0.0.1:${await freePort()}`, 'get: /, deadline: 1ms');
    expect(report).toMatchObject({
      verdict: 'failed',
      checks: [{ findings: [{ code: 'network/connection-refused' }] }],
    });
  });

  test('is an error where the host is unknown, which says nothing of the release', async () => {
    const report = await probeLive('http://no-such-host.invalid', 'get: /, deadline: 1ms');
    expect(report).toMatchObject({ verdict: 'error', checks: [{ findings: [{ code: 'network/unknown-host' }] }] });
  });
});

describe('an answer without end', () => {
  test('is read no further than is needed', async () => {
    let sent = 0;
    const url = await serve(async (_, response) => {
      response.on('error', () => {});
      const chunk = 'x'.repeat(64 * 1024);
      while (sent < 100 * 1024 * 1024 && !response.destroyed) {
        sent += chunk.length;
        if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      }
    });
    const report = await probeLive(url, 'get: /, expect: { text: needle }, deadline: 1ms');
    expect(report.verdict).not.toBe('passed');
    expect(sent).toBeLessThan(20 * 1024 * 1024);
  });
});

describe('a request that cannot be sent', () => {
  test.each([
    ['a header with a line end', 'get: /, headers: { authorization: "Bearer ${TOKEN}" }', 'network/invalid-request'],
    ['a header with a name that is not valid', 'get: /, headers: { "a b": c }', 'network/invalid-request'],
  ])('is an error at once, however long the deadline: %s', async (_, live, code) => {
    const report = await probeLive(await serve(json({})), live, { variables: { TOKEN: 'fake-token\n' } });
    expect(report).toMatchObject({ verdict: 'error', checks: [{ findings: [{ code }] }] });
  });

  test.each(['get: "ftp://files.example.com/"', 'get: "javascript:alert(1)"', 'get: "${TOKEN}"'])(
    'has no address in HTTP: %s',
    async live => {
      const variables = { TOKEN: 'gopher://host/' };
      await expect(probeLive('https://api.example.com', live, { variables })).rejects.toMatchObject({
        findings: [{ code: 'config/invalid-value', place: { line: 2 } }],
      });
    },
  );
});

describe('inputs alone', () => {
  test('are enough', async () => {
    const url = await serve(json({}, 418));
    const report = await probe(
      [planTargetFromInputs({ ...noInputs, url, status: 418, consecutive: 2, for: 0 }, testContext())],
      testContext(),
    );
    expect(report).toMatchObject({
      verdict: 'passed',
      checks: [{ name: 'url', detail: expect.stringContaining('2 attempts') }],
    });
  });

  test.each([
    ['an address that is none', { url: 'api.example.com' }, ['url']],
    ['another scheme', { url: 'ftp://api.example.com' }, ['url']],
    ['a status that is none', { url: 'http://x', status: 9999 }, ['status']],
    ['no answer at all', { url: 'http://x', consecutive: 0 }, ['consecutive']],
    [
      'a deadline that is over before the answers were good for long enough',
      { url: 'http://x', deadline: 20_000 },
      ['for', 'deadline'],
    ],
    ['all of it', { url: '', status: 0, consecutive: 0 }, ['url', 'status', 'consecutive']],
  ])('are refused with %s', (_, given, names) => {
    const refused = () => planTargetFromInputs({ ...noInputs, ...given }, testContext());
    expect(refused).toThrow(GateError);
    expect(refused).toThrow(new RegExp(names.map(name => `\`${name}\``).join('[^]*')));
  });
});

describe('the configuration', () => {
  const config = parseConfiguration(
    'probe: { api: { live: { get: "http://x/" } }, web: { live: { get: "http://y/" } } }',
    {
      path: 'c.yml',
      environment: '',
      commit,
    },
  );

  test('is narrowed to the services that are asked for', () => {
    const targets = planTargets(config, ['web'], testContext());
    expect(targets.map(({ name }) => name)).toEqual(['web.live']);
  });

  test.each([
    ['a service that it does not know', ['wbe'], { code: 'config/invalid-input', help: 'Did you mean "web"?' }],
  ])('is refused for %s', (_, services, finding) => {
    const refused = () => planTargets(config, services, testContext());
    expect(refused).toThrow(expect.objectContaining({ findings: [expect.objectContaining(finding)] }));
  });

  test('is watched by this gate only', () => {
    const text =
      'probe: { a: { x: { get: "http://x" }, y: { any-of: [{ tcp: "x:1" }, { get: "http://x", for: 1s }] } } }';
    const declared = parseConfiguration(text, { path: 'c.yml', environment: '', commit });
    const targets = planTargets(declared, [], testContext());
    expect(targets).toMatchObject([
      { probe: { consecutive: 3, for: 30_000 } },
      {
        probe: {
          'any-of': [
            { consecutive: 3, for: 30_000 },
            { consecutive: 3, for: 1_000 },
          ],
        },
      },
    ]);
    expect(targets.map(omitWatching)).toMatchObject([
      { probe: { consecutive: 3, for: 0 } },
      {
        probe: {
          'any-of': [
            { consecutive: 3, for: 0 },
            { consecutive: 3, for: 0 },
          ],
        },
      },
    ]);
  });

  test('is refused where the deadline is over before it was watched for long enough', () => {
    const text = 'probe:\n  api:\n    live: { get: "http://x/", deadline: 20s }\n';
    expect(() => parseConfiguration(text, { path: 'c.yml', environment: '', commit })).toThrow(
      expect.objectContaining({
        findings: [
          expect.objectContaining({
            code: 'config/invalid-value',
            message: '`probe.api.live` is {"get":"http://x/","deadline":"20s"}.',
            help: 'Expected a `deadline` that is longer than `for`, which is 30s by default, and than `consecutive` attempts at `interval`.',
            place: expect.objectContaining({ path: 'c.yml', line: 3 }),
          }),
        ],
      }),
    );
  });

  test('is refused when it has nothing to probe', () => {
    const empty = parseConfiguration('', { path: 'c.yml', environment: '', commit });
    expect(() => planTargets(empty, [], testContext())).toThrow('declares nothing to probe');
  });
});
