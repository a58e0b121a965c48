import dns from 'node:dns';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { selfSignedCertificate } from '../support/certificate.ts';
import { onCleanUp } from '../support/clean-up.ts';
import { listen, stopServer } from '../support/listen.ts';
import { runGate } from '../support/run-built.ts';
import { simulatedClock } from './simulated-clock.ts';
import { codes, commit, probeOne, seen, serve } from './support.ts';

const answer =
  (body: unknown, headers: Record<string, string> = {}, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

const page =
  (html: string, headers: Record<string, string> = {}, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(html);

const soon = 'consecutive: 1, for: 0s, deadline: 1ms';

/**
 * Gives every host an address of IPv4 and one of IPv6; which of them `localhost` has differs from machine to machine.
 */
function hostOfBothKinds(): void {
  const lookup = (_: string, { family }: dns.LookupOptions, done: (...found: [null, string, number]) => void) =>
    family === 6 ? done(null, '::1', 6) : done(null, '127.0.0.1', 4);
  const spy = jest.spyOn(dns, 'lookup').mockImplementation(lookup as typeof dns.lookup);
  onCleanUp(() => spy.mockRestore());
}

describe('a request', () => {
  test('has the method, the body and the credentials that are declared', async () => {
    const asked: unknown[] = [];
    const url = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      asked.push([request.method, body, request.headers.authorization, request.headers['content-type']]);
      response.end('{}');
    });
    await probeOne('post: /, json: { a: 1 }, bearer: fake-token', url);
    await probeOne('put: /, body: text', url);
    await probeOne(`get: "${url.replace('//', '//user:fake%20word@')}/"`);
    expect(asked).toEqual([
      ['POST', '{"a":1}', 'Bearer fake-token', 'application/json'],
      ['PUT', 'text', undefined, undefined],
      ['GET', '', `Basic ${Buffer.from('user:fake word').toString('base64')}`, undefined],
    ]);
  });

  test('has a connection of its own, so that a load balancer chooses again', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    expect((await probeOne('get: /, consecutive: 4', url)).verdict).toBe('passed');
    expect(ports.size).toBe(4);
  });

  test('starts at the root of the host, whatever path the service has', async () => {
    let asked = '';
    const url = await serve((request, response) => {
      asked = request.url ?? '';
      response.end();
    });
    await probeOne('get: /health', `${url}/v1`);
    expect(asked).toBe('/health');
  });

  test('goes over IPv4 and IPv6 where both are wanted, and says over which it fails', async () => {
    const url = await serve(answer({}));
    const report = await probeOne(`get: "${url.replace('127.0.0.1', 'localhost')}/", ip: both, ${soon}`);
    expect(report.verdict).not.toBe('passed');
    expect(seen(report)).toMatch(/^Over IPv6: .*(::1|ENOTFOUND|EADDRNOTAVAIL|EAFNOSUPPORT)/);
    expect((await probeOne(`get: "${url}/", ip: "4"`)).verdict).toBe('passed');
  });

  const hasIPv6 = Object.values(networkInterfaces()).some(all => all?.some(({ address }) => address === '::1'));
  const overIPv6 = (name: string, run: () => Promise<void>) =>
    hasIPv6 ? test(name, run) : test.skip(`${name} (runs on a machine with IPv6)`, run);

  overIPv6('goes over IPv6', async () => {
    const server = createServer(answer({}));
    onCleanUp(() => server.close());
    server.listen(0, '::1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect((await probeOne(`get: "http://[::1]:${port}/", ip: "6"`)).verdict).toBe('passed');
  });

  overIPv6('goes over IPv4 and IPv6, and says how each of them did', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.socket.localAddress);
      response.end();
    });
    onCleanUp(() => server.close());
    server.listen({ port: 0, host: '::', ipv6Only: false }); // on 127.0.0.1 and ::1
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    hostOfBothKinds();
    const report = await probeOne(`get: "http://both.example.com:${port}/", ip: both, ${soon}`);
    expect([report.verdict, report.checks[0]?.detail]).toEqual([
      'passed',
      expect.stringMatching(/^IPv4: 200 in .*; IPv6: 200 in /),
    ]);
    expect(asked).toEqual([expect.stringContaining('127.0.0.1'), '::1']);
  });
});

describe('redirects', () => {
  const routes =
    (table: Record<string, string>): RequestListener =>
    (request, response) => {
      const location = table[request.url ?? ''];
      if (location) response.writeHead(302, { location }).end();
      else response.end('{}');
    };

  test('are followed as far as is allowed', async () => {
    const url = await serve(routes({ '/': '/a', '/a': '/b' }));
    expect((await probeOne('get: /, redirects: 2', url)).verdict).toBe('passed');
    expect(codes(await probeOne(`get: /, redirects: 1, ${soon}`, url))).toEqual(['error answer/redirect-loop']);
    expect(codes(await probeOne(`get: /, ${soon}`, url))).toEqual(['error answer/wrong-status']);
  });

  test.each(['data:text/html,hi', 'file:///etc/passwd', 'javascript:alert(1)'])('to %s are not followed', async to => {
    const report = await probeOne(`get: /, redirects: 9, ${soon}`, await serve(routes({ '/': to })));
    expect([report.verdict, codes(report)]).toEqual(['failed', ['error answer/redirect-not-http']]);
    expect(seen(report)).toContain(`redirects to an address that begins with ${to.split(':')[0]}:`);
  });

  test('that lead in a circle are reported as such', async () => {
    const report = await probeOne(`get: /, redirects: 9, ${soon}`, await serve(routes({ '/': '/a', '/a': '/' })));
    expect(codes(report)).toEqual(['error answer/redirect-loop']);
    expect(seen(report)).toMatch(/redirects back to http:\/\/127\.0\.0\.1:\d+\/\./);
  });

  test('take no credentials to another site', async () => {
    let asked: string | undefined = 'nothing';
    const other = await serve((request, response) => {
      asked = request.headers.authorization;
      response.end();
    });
    const url = await serve((_, response) => response.writeHead(307, { location: other }).end());
    await probeOne('get: /, redirects: 1, bearer: fake-token', url);
    expect(asked).toBeUndefined();
  });
});

describe('over TLS', () => {
  async function folderWithCertificate() {
    const folder = mkdtempSync(join(tmpdir(), 'release-gates-probe-'));
    onCleanUp(() => rmSync(folder, { recursive: true, force: true }));
    return selfSignedCertificate(folder);
  }

  test('a redirect to plain HTTP is reported as such, and not followed', async () => {
    const { certificate, certificateFile, keyFile } = await folderWithCertificate();
    const server = createTlsServer({ cert: certificate, key: readFileSync(keyFile) }, (_, response) =>
      response.writeHead(301, { location: 'http://localhost:1/' }).end(),
    );
    onCleanUp(() => stopServer(server));
    const config = `probe: { web: { page: { get: "${await listen(server, 'https', 'localhost')}/", redirects: 3, ${soon} } } }`;
    const result = await runGate('probe', { config, env: { NODE_EXTRA_CA_CERTS: certificateFile } });
    expect(result.findings).toMatchObject([{ code: 'answer/redirect-to-plain-http', boundary: 'identity' }]);
  });

  test('a client certificate is shown to a server that asks for one', async () => {
    const { certificate, keyFile } = await folderWithCertificate();
    const key = readFileSync(keyFile, 'utf8');
    const options = { cert: certificate, key, ca: certificate, requestCert: true, rejectUnauthorized: true };
    const server = createTlsServer(options, (_, response) => response.end());
    onCleanUp(() => stopServer(server));
    const url = await listen(server, 'https', 'localhost');
    const shown = 'client-certificate: { certificate: "${CERT}", key: "${KEY}", authority: "${CERT}" }';
    const variables = { CERT: certificate, KEY: key };
    expect((await probeOne(`get: "${url}", ${shown}`, undefined, { variables })).verdict).toBe('passed');
  });

  test('a client certificate is shown to no other site', async () => {
    const { certificate, keyFile } = await folderWithCertificate();
    const key = readFileSync(keyFile, 'utf8');
    const options = { cert: certificate, key, ca: certificate, requestCert: true, rejectUnauthorized: false };
    let asked = 0;
    const other = createTlsServer(options, (_, response) => {
      asked++;
      response.end();
    });
    onCleanUp(() => stopServer(other));
    const away = { location: await listen(other, 'https', 'localhost') };
    const server = createTlsServer(options, (_, response) => response.writeHead(302, away).end());
    onCleanUp(() => stopServer(server));
    const url = await listen(server, 'https', 'localhost');
    const shown = 'client-certificate: { certificate: "${CERT}", key: "${KEY}", authority: "${CERT}" }';
    const variables = { CERT: certificate, KEY: key };
    const report = await probeOne(`get: "${url}", redirects: 1, ${shown}, ${soon}`, undefined, { variables });
    expect(codes(report)).toEqual(['error network/certificate-self-signed']); // whom to trust is told of the one site only
    expect(asked).toBe(0);
  });

  test('an HTTP/2 stream that is reset is reported as such', async () => {
    const { certificate, certificateFile, keyFile } = await folderWithCertificate();
    const server = createSecureServer({ cert: certificate, key: readFileSync(keyFile) });
    server.on('stream', stream => stream.close(8));
    server.on('sessionError', () => {});
    onCleanUp(() => stopServer(server));
    const url = await listen(server, 'https', 'localhost');
    const config = `probe: { web: { page: { get: "${url}/", http2: true, ${soon} } } }`;
    const { findings } = await runGate('probe', { config, env: { NODE_EXTRA_CA_CERTS: certificateFile } });
    expect(findings[0]).toMatchObject({ code: 'network/http2-reset' }); // a machine without a network adds that
  });
});

describe('who answers in the place of the service is named', () => {
  const cases: [string, RequestListener, string, string][] = [
    [
      'the protection of Vercel',
      page('<title>Authentication Required</title>', { server: 'Vercel', 'set-cookie': '_vercel_sso_nonce=x' }, 401),
      'error',
      'answer/deployment-protection-page',
    ],
    [
      'its redirect',
      (_, response) => response.writeHead(302, { location: 'https://vercel.com/sso-api?url=x' }).end(),
      'error',
      'answer/deployment-protection-page',
    ],
    ['a challenge', page('', { 'cf-mitigated': 'challenge' }, 403), 'error', 'answer/challenge-page'],
    ['AWS WAF', page('', { 'x-amzn-waf-action': 'challenge' }, 202), 'error', 'answer/challenge-page'],
    ['the captcha of AWS WAF', page('', { 'x-amzn-waf-action': 'captcha' }, 405), 'error', 'answer/challenge-page'],
    ['the Vercel Firewall', page('', { 'x-vercel-mitigated': 'challenge' }, 429), 'error', 'answer/challenge-page'],
    [
      'Imperva with 200',
      page('<body><iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31&xinfo=7"></iframe></body>'),
      'error',
      'answer/challenge-page',
    ],
    ['nginx', page('<title>Welcome to nginx!</title>'), 'failed', 'answer/default-page'],
    ['Apache of Ubuntu', page('<title>Apache2 Ubuntu Default Page: It works</title>'), 'failed', 'answer/default-page'],
    ['Apache', page('<html><body><h1>It works!</h1></body></html>'), 'failed', 'answer/default-page'],
    ['Caddy', page('<title>Caddy works!</title>'), 'failed', 'answer/default-page'],
    [
      'Render while the service wakes up',
      page('<html>SERVICE WAKING UP ... ALLOCATING COMPUTE RESOURCES</html>'),
      'failed',
      'answer/default-page',
    ],
    ['a login', page('<form><input type="password"></form>', {}, 401), 'failed', 'answer/login-page'],
    ['a parking page', page('<h1>This domain is for sale</h1>'), 'failed', 'answer/parking-page'],
    [
      'Vercel itself',
      page('', { 'x-vercel-error': 'DEPLOYMENT_NOT_FOUND' }, 404),
      'failed',
      'answer/platform-error-page',
    ],
    ['Railway itself', page('', { 'x-railway-fallback': 'true' }, 404), 'failed', 'answer/platform-error-page'],
    ['Render itself', page('', { 'x-render-routing': 'no-server' }, 404), 'failed', 'answer/platform-error-page'],
  ];

  test.each(cases)('%s', async (_, handler, verdict, code) => {
    const report = await probeOne(`get: /, ${soon}`, await serve(handler));
    expect(report.verdict).toBe(verdict);
    expect(codes(report)).toEqual([`error ${code}`]);
  });

  const redirecting =
    (to: string): RequestListener =>
    (request, response) =>
      request.url === to
        ? page('<form><input type="password"></form>')(request, response)
        : void response.writeHead(302, { location: to }).end();

  test('a login behind a redirect that the probe follows', async () => {
    const report = await probeOne(`get: /, redirects: 3, ${soon}`, await serve(redirecting('/users/sign_in')));
    expect(codes(report)).toEqual(['error answer/login-page']);
    expect(seen(report)).toContain('answered 200 after a redirect to the login http://127.0.0.1');
  });

  test('and nobody is when the login is asked for, or the page is one of the service', async () => {
    const followed = await probeOne('get: /login, redirects: 1', await serve(redirecting('/session')));
    const own = await probeOne('get: /', await serve(page('<form><input type="password"></form>')));
    const text = "get: /, expect: { text: 'nginx' }";
    const told = await probeOne(text, await serve(page('<title>Welcome to nginx!</title>')));
    expect([followed, own, told].map(({ verdict }) => verdict)).toEqual(['passed', 'passed', 'passed']);
  });

  test('and nobody is when the answer is what was asked for', async () => {
    const handler = page('<form><input type="password"></form>', {}, 401);
    expect((await probeOne('get: /, expect: { status: 401 }', await serve(handler))).verdict).toBe('passed');
  });
});

describe('[T8] the commit that is live', () => {
  const version = 'get: /version, expect: { json: { commit: "${commit}" } }';

  test('is also proven by a header', async () => {
    const url = await serve(answer({}, { 'x-commit': commit }));
    expect((await probeOne('get: /, expect: { headers: { x-commit: "${commit}" } }', url)).verdict).toBe('passed');
  });

  test('is asked for past a cache that gives an old answer, with a warning', async () => {
    const url = await serve((request, response) => {
      const cached = !request.url?.includes('release-gates=');
      answer({ commit: cached ? 'old' : commit }, cached ? { age: '120', 'x-vercel-cache': 'HIT' } : {})(
        request,
        response,
      );
    });
    const report = await probeOne(version, url);
    expect(report.verdict).toBe('passed');
    expect(codes(report)).toEqual(['warning answer/stale-cache']);
    expect(seen(report)).toContain('wrongly (x-vercel-cache: HIT, Age: 120): ');
    expect((await probeOne(`${version}, past-caches: false, ${soon}`, url)).verdict).toBe('failed');
  });

  test('is that of every instance that answers', async () => {
    let count = 0;
    const url = await serve((request, response) =>
      answer({ commit: count++ % 3 === 1 ? 'old' : commit })(request, response),
    );
    const report = await probeOne(`${version}, for: 1s, deadline: 2s`, url);
    expect(report.verdict).toBe('failed');
    expect(seen(report)).toMatch(/\$\.commit is "old"/);
  });
});

describe('[R4] liveness and readiness are different questions', () => {
  test('while the database is down, one is answered well and the other is not', async () => {
    const url = await serve((request, response) => {
      const down = request.url === '/ready';
      answer(down ? { ready: false, database: false } : { status: 'ok' }, {}, down ? 503 : 200)(request, response);
    });
    const live = await probeOne('get: /health, within: 2s, expect: { json: { status: ok } }', url);
    const ready = await probeOne(`get: /ready, expect: { json: { ready: true } }, ${soon}`, url);
    expect([live.verdict, ready.verdict]).toEqual(['passed', 'failed']);
  });
});

test('[P9] readiness names what is not ready', async () => {
  const url = await serve(answer({ ready: true, database: true, redis: false }));
  const report = await probeOne(
    `get: /ready, expect: { json: { ready: true, database: true, redis: true } }, ${soon}`,
    url,
  );
  expect(seen(report)).toContain('$.redis is false, expected true');
});

describe('[V9] a map of dependencies in a bad answer', () => {
  const probe = `get: /, dependencies: { at: $.checks, required: [database, redis] }, ${soon}`;

  test.each([
    ['a mapping', { database: { status: 'down' }, redis: 'ok' }],
    [
      'a list by id',
      [
        { id: 'database', status: 'down' },
        { id: 'redis', status: 'ok' },
      ],
    ],
    [
      'a list by service',
      [
        { service: 'database', status: 'down' },
        { service: 'redis', status: 'ok' },
      ],
    ],
  ])('names the sick ones first: %s', async (_, checks) => {
    const report = await probeOne(probe, await serve(answer({ checks }, {}, 503)));
    expect(codes(report)).toEqual(['error probe/unhealthy-dependency', 'error answer/wrong-status']);
    expect(seen(report)).toContain('the dependency database is "down"');
  });

  test('that does not report them is only a wrong status', async () => {
    const report = await probeOne(probe, await serve(answer({ error: 'boot' }, {}, 503)));
    expect(codes(report)).toEqual(['error answer/wrong-status']);
  });
});

test('scripts are judged too when a header is wrong', async () => {
  const handler: RequestListener = (request, response) =>
    request.url === '/'
      ? page('<script src="/app.js"></script>')(request, response)
      : void response.writeHead(404).end();
  const report = await probeOne(
    `get: /, scripts: { at-least: 1 }, expect: { headers: { x-frame-options: "" } }, ${soon}`,
    await serve(handler),
  );
  expect(codes(report)).toEqual(['error answer/wrong-header', 'error probe/missing-script']);
  expect(seen(report)).toContain('expected any value');
});

describe('[V9] a map of dependencies', () => {
  const wanted = 'get: /, dependencies: { at: $.checks, required: [database, redis], optional: [stripe, hostaway] }';

  test.each<[string, unknown, string, string[]]>([
    ['all well', { database: 'ok', redis: { status: 'UP' }, stripe: true, hostaway: 'connected' }, 'passed', []],
    [
      'one that only warns is down',
      { database: 'ok', redis: 'ok', stripe: 'down', hostaway: 'ok' },
      'passed',
      ['warning probe/unhealthy-dependency'],
    ],
    [
      'one that must be there is down',
      { database: 'timeout', redis: 'ok', stripe: 'ok', hostaway: 'ok' },
      'failed',
      ['error probe/unhealthy-dependency'],
    ],
    [
      'one is not there',
      { database: 'ok', stripe: 'ok', hostaway: 'ok' },
      'failed',
      ['error probe/unhealthy-dependency'],
    ],
    [
      'a list of them',
      ['database', 'redis', 'stripe', 'hostaway'].map(name => ({ name, healthy: name !== 'redis' })),
      'failed',
      ['error probe/unhealthy-dependency'],
    ],
  ])('%s', async (_, checks, verdict, expected) => {
    const report = await probeOne(`${wanted}, ${soon}`, await serve(answer({ checks })));
    expect([report.verdict, codes(report)]).toEqual([verdict, expected]);
  });
});

describe('[P12] Prometheus text', () => {
  const text = [
    '# HELP http_requests_total Requests.',
    '# TYPE http_requests_total counter',
    'http_requests_total{method="GET",path="/a\\"b"} 12 1395066363000',
    'http_requests_total{method="POST"} 3e2 # {trace_id="x"} 1',
    'db_pool_idle 4',
    'process_start NaN',
    'http_seconds_bucket{le="+Inf"} +Inf',
    '# EOF',
  ].join('\n');
  const send =
    (body: string): RequestListener =>
    (_, response) =>
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(body);

  test('that has the metrics passes', async () => {
    const metrics = `{ http_requests_total: { at-least: 1 }, 'http_requests_total{method="POST"}': 300, db_pool_idle: { at-least: 1, at-most: 10 } }`;
    expect((await probeOne(`get: /, metrics: ${metrics}`, await serve(send(text)))).verdict).toBe('passed');
  });

  test.each([
    ['one is missing', text, '{ db_pool_idel: { exists: true } }', 'answer/missing-metric', 'no metric db_pool_idel'],
    [
      'one is out of its range',
      text,
      '{ db_pool_idle: { at-least: 5 } }',
      'answer/wrong-metric',
      'is 4, expected at least 5',
    ],
    [
      'it does not parse',
      `${text}\noops here`,
      '{ db_pool_idle: 4 }',
      'answer/not-prometheus',
      'line 9 is not a metric: oops here',
    ],
    ['it is a page', '<html>', '{ db_pool_idle: 4 }', 'answer/not-prometheus', 'line 1'],
  ])('fails when %s', async (_, body, metrics, code, words) => {
    const report = await probeOne(`get: /, metrics: ${metrics}, ${soon}`, await serve(send(body)));
    expect(codes(report)).toEqual([`error ${code}`]);
    expect(seen(report)).toContain(words);
  });
});

describe('[V8] the scripts of a page', () => {
  const site =
    (
      script: string | undefined,
      html = '<script type="module" src="/assets/index.js"></script><script src="https://cdn.example.com/x.js"></script>',
    ): RequestListener =>
    (request, response) => {
      if (request.url !== '/assets/index.js')
        page(html, { 'x-vercel-id': 'iad1::x', 'cache-control': 'public' })(request, response);
      else if (script === undefined) page('<html>')(request, response);
      else response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    };
  const wanted =
    'get: /, scripts: { at-least: 50000 }, expect: { headers: { x-vercel-id: iad1, cache-control: public } }';

  test('are there, and one of them is large enough', async () => {
    expect((await probeOne(wanted, await serve(site('x'.repeat(60_000))))).verdict).toBe('passed');
  });

  test('are not asked for again once they were there', async () => {
    let asked = 0;
    const url = await serve((request, response) => {
      if (request.url?.endsWith('.js')) asked++;
      site('x'.repeat(60_000))(request, response);
    });
    await probeOne(`${wanted}, consecutive: 3`, url);
    expect(asked).toBe(1);
  });

  test.each<[string, RequestListener, string]>([
    ['too small', site('x'), 'probe/scripts-too-small'],
    ['a page instead of a script', site(undefined), 'probe/missing-script'],
    ['none at all', site('x', '<p>'), 'probe/no-scripts'],
  ])('fail: %s', async (_, handler, code) => {
    expect(codes(await probeOne(`${wanted}, ${soon}`, await serve(handler)))).toEqual([`error ${code}`]);
  });
});

describe('a body', () => {
  test('of 100 MB is not read to its end', async () => {
    let sent = 0;
    const url = await serve(async (_, response) => {
      const chunk = Buffer.alloc(1024 * 1024, 'x');
      response.on('error', () => {}).on('close', () => (sent += 0));
      for (let count = 0; count < 100 && !response.destroyed; count++) {
        sent++;
        if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      }
      response.end();
    });
    const report = await probeOne(`get: /, expect: { json: { a: 1 } }, ${soon}`, url);
    expect(codes(report)).toEqual(['error answer/too-large']);
    expect(seen(report)).toContain('too large to read to its end');
    expect(sent).toBeLessThan(50);
  });

  test('in another character set than it says is reported as such', async () => {
    const url = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.from('{"a":"größer"}', 'latin1')),
    );
    const report = await probeOne(`get: /, expect: { json: { a: größer } }, ${soon}`, url);
    expect(codes(report)).toContain('error answer/wrong-charset');
  });

  test('that is too small is reported as such', async () => {
    const report = await probeOne(`get: /, expect: { size: { at-least: 100 } }, ${soon}`, await serve(answer({})));
    expect(codes(report)).toEqual(['error answer/wrong-size']);
  });

  test('that is chunked and cut is reported as such', async () => {
    const url = await serve((_, response) => {
      response.write('{"a"');
      setImmediate(() => response.destroy());
    });
    expect(codes(await probeOne(`get: /, ${soon}`, url))).toEqual(['error network/body-interrupted']);
  });

  test('that says it is JSON and cannot be parsed is reported as such', async () => {
    const url = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end('{"ready": tru'),
    );
    const report = await probeOne(`get: /, expect: { json: { ready: true } }, ${soon}`, url);
    expect(codes(report)).toEqual(['error answer/invalid-json']);
    expect(seen(report)).toContain(
      'answered 13 bytes of application/json that cannot be parsed. The body begins: {"ready": tru',
    );
  });

  test('is held against matchers, value by value', async () => {
    const url = await serve(
      answer({ version: '2.9.1', started: new Date().toISOString(), list: [{ n: 3 }] }, { age: '7' }),
    );
    const good = `get: /, expect: { values: { $.version: { at-least: "2.9" }, $.started: { newer-than: 1m }, "$.list[0].n": 3 }, headers: { age: { at-most: 60 } } }`;
    expect((await probeOne(`${good}, past-caches: false`, url)).verdict).toBe('passed');
    const bad =
      'get: /, past-caches: false, expect: { values: { $.version: { at-least: "2.10" } }, headers: { age: { at-most: 5 } } }';
    const report = await probeOne(`${bad}, ${soon}`, url);
    expect(codes(report)).toEqual(['error answer/wrong-header', 'error answer/wrong-json']);
    expect(seen(report)).toContain('the header age is "7", expected at most 5');
    expect(seen(report)).toContain('$.version is "2.9.1", expected at least 2.10');
  });
});

describe('the instance that answers', () => {
  const body = answer({ uptime: 12.5, id: 'a1', text: 'long' });

  test.each([['uptime: $.uptime'], ['instance: $.id'], ['uptime: $.uptime, instance: $.id']])(
    'is known by %s',
    async keys => {
      expect((await probeOne(`get: /, ${keys}`, await serve(body))).verdict).toBe('passed');
    },
  );

  test.each([
    ['uptime: $.up', '$.up (`uptime`) is missing, expected a number of seconds. The body is {"uptime":12.5'],
    ['uptime: $.text', '$.text (`uptime`) is "long", expected a number of seconds'],
    ['instance: $.instance', '$.instance (`instance`) is missing, expected a text or a number'],
  ])('is not known by %s, so the gate cannot judge', async (keys, message) => {
    const report = await probeOne(`get: /, ${keys}, ${soon}`, await serve(body));
    expect(report.verdict).toBe('error');
    expect(codes(report)).toEqual(['error answer/no-identity']);
    expect(seen(report)).toContain(message);
  });
});

test('Retry-After is honoured', async () => {
  const clock = simulatedClock();
  const started = clock.now();
  const asked: number[] = [];
  const url = await serve((request, response) => {
    asked.push(clock.now() - started);
    answer({}, asked.length > 1 ? {} : { 'retry-after': '30' }, asked.length > 1 ? 200 : 503)(request, response);
  });
  const target = 'get: /, deadline: 2m';
  // Only the pauses pass on this clock; the check's own deadline would otherwise be over at once.
  const pausing = {
    ...clock,
    sleep: (ms: number, signal: AbortSignal) => (ms > 100_000 ? new Promise<void>(() => {}) : clock.sleep(ms, signal)),
  };
  expect((await probeOne(target, url, { clock: pausing })).verdict).toBe('passed');
  expect(asked).toEqual([0, 10_000]);
});

describe('silence', () => {
  test('of the name servers is none of the service', async () => {
    const asked: ((error: Error) => void)[] = [];
    const lookup = (_: string, __: dns.LookupOptions, done: (error: Error) => void) => void asked.push(done);
    const spy = jest.spyOn(dns, 'lookup').mockImplementation(lookup as typeof dns.lookup);
    onCleanUp(() => {
      spy.mockRestore();
      for (const done of asked) done(new Error('the test is over')); // or the sockets would wait, and keep Jest from ending
    });
    const report = await probeOne(`get: "http://slow-dns.example.com/", timeout: 100ms, ${soon}`);
    expect([report.verdict, codes(report)]).toEqual(['error', ['error network/dns-silent']]);
    expect(seen(report)).toContain('no name server answered for slow-dns.example.com in time');
  });

  const silent: RequestListener = () => {};
  const target = 'get: /, timeout: 50ms, deadline: 1ms';

  test('is the failure of the service while others answer', async () => {
    const GITHUB_API_URL = await serve(answer({}, {}, 404));
    expect(codes(await probeOne(target, await serve(silent), { variables: { GITHUB_API_URL } }))).toEqual([
      'error network/timed-out',
    ]);
  });

  test('is an error of the runner when nobody answers', async () => {
    const report = await probeOne(target, await serve(silent), { variables: { GITHUB_API_URL: 'http://127.0.0.1:1' } });
    expect(report.verdict).toBe('error');
    expect(codes(report)).toEqual(['error network/timed-out', 'error probe/runner-offline']);
  });
});

test('what is only warned of holds nothing up', async () => {
  const report = await probeOne(`get: /, severity: warning, ${soon}`, await serve(answer({}, {}, 500)));
  expect(report.verdict).toBe('passed');
  expect(codes(report)).toEqual(['warning answer/wrong-status']);
});
