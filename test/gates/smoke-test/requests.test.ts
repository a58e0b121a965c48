import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createRecord } from '../../../src/core/record.ts';
import { logResult } from '../../../src/github/log.ts';
import { selfSignedCertificate } from '../../support/certificate.ts';
import { testContext } from '../../support/context.ts';
import { bodyOf, type RunningServer, seenIn, serve, smoke } from './support.ts';

let server: RunningServer;
let folder: string;
let deployment = 'one';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smoke-requests-'));
  await symlink('/etc/hostname', join(folder, 'link-out'));
  await writeFile(join(folder, 'photo.bin'), Buffer.from([0, 1, 2, 255]));
  server = await serve(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = await bodyOf(request);
    response.setHeader('x-deployment', deployment);
    const json = (value: unknown) => response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    if (url.pathname === '/echo') json({ url: request.url, headers: request.headers, body, method: request.method });
    else if (url.pathname === '/gzip')
      response.setHeader('content-encoding', 'gzip').end(gzipSync('{"compressed":true}'));
    else if (url.pathname === '/markets')
      json({
        at: deployment,
        markets: [
          { slug: 'btc', open: true },
          { slug: 'eth', open: false },
        ],
        heartbeat: new Date(),
      });
    else if (url.pathname === '/to')
      response
        .writeHead(Number(url.searchParams.get('status') ?? 302), {
          location: '/echo?done=1',
          'set-cookie': 'way=1; Path=/',
        })
        .end();
    else if (url.pathname === '/round') response.writeHead(302, { location: '/around' }).end();
    else if (url.pathname === '/data') response.writeHead(302, { location: 'data:text/html,hi' }).end();
    else if (url.pathname === '/file') response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    else if (url.pathname === '/around') response.writeHead(302, { location: '/round' }).end();
    else if (url.pathname === '/binary') response.end(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 255, 254]));
    else if (url.pathname === '/halted') response.write('{"half": ');
    else response.writeHead(404).end('order-4711 is not here');
  });
});
beforeEach(() => {
  server.asked.length = 0;
  deployment = 'one';
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const flow = (...steps: string[]) => `flows:\n  a:\n${steps.map(step => `    - ${step}`).join('\n')}`;
const run = (
  section: string,
  options: Parameters<typeof smoke>[3] = {},
  context = testContext({ workspace: folder }),
) => smoke(server.url, section, context, options);

describe('a request', () => {
  test('has a query, basic authentication and a text as its body', async () => {
    const context = testContext();
    const report = await smoke(
      server.url,
      flow(
        '{ post: "/echo?a=1", query: { b: "x y", c: 2 }, basic: { username: me, password: made-up-pass }, body: "half {", expect: { json: { url: "/echo?a=1&b=x+y&c=2", body: "half {", headers: { authorization: Basic bWU6bWFkZS11cC1wYXNz } } } }',
      ),
      context,
    );
    expect(seenIn(report)).toEqual([]);
    expect(context.redactor.redact('bWU6bWFkZS11cC1wYXNz')).toBe('***');
  });

  test('sends files as a form does', async () => {
    const report = await run(
      flow(
        '{ post: /echo, multipart: { title: A photo, photo: { file: photo.bin, type: image/png } }, expect: { text: "filename=\\\\\\"photo.bin\\\\\\"", json: { method: POST } } }',
      ),
    );
    expect(seenIn(report)).toEqual([]);
  });

  test.each([
    ['is not there', 'none.bin', 'sends none.bin: the file does not exist'],
    ['is a link out of the repository', 'link-out', 'which is outside the repository'],
    ['is outside the repository', '../../etc/hostname', 'which is outside the repository'],
  ])('with a file that %s is an error of the test', async (_what, file, message) => {
    const report = await run(flow(`{ post: /echo, multipart: { a: { file: ${file} } } }`));
    expect(report.verdict).toBe('error');
    expect(seenIn(report)).toEqual([expect.stringContaining('smoke/missing-file at 6')]);
    expect(seenIn(report)[0]).toContain(message);
  });

  test('has the common headers, which only services get', async () => {
    const record = createRecord('production', '');
    record.services.api = { platform: 'fly', after: { id: 'dpl_1' } };
    const other = await serve((request, response) => void response.end(JSON.stringify(request.headers)));
    const section = `headers: { x-smoke: "\${MARK}" }
deployment: { send: x-deployment-id }
flows:
  a:
    - { get: /echo, expect: { json: { headers: { x-smoke: marked, x-deployment-id: dpl_1 } } } }
    - { get: "${other.url}/", expect: { not: { text: x-smoke } } }`;
    const report = await run(section, { record }, testContext({ variables: { MARK: 'marked' } }));
    await other.stop();
    expect(seenIn(report)).toEqual([]);
  });

  test("passes Vercel's protection, and shows its secret to services on Vercel only", async () => {
    const secret = 'made-up-bypass-secret';
    const name = 'x-vercel-protection-bypass';
    const web = await serve((request, response) =>
      request.headers[name] === secret
        ? void response.end(JSON.stringify(request.headers))
        : void response.writeHead(401).end('Authentication Required'),
    );
    const section = `service: api
protection-bypass: "\${BYPASS}"
flows:
  a:
    - { get: /, service: web, expect: { json: { ${name}: ${secret} } } }
    - { get: /echo, expect: { not: { text: ${name} } } }
    - { get: /, service: web, expect: { status: 500 } }`;
    const context = testContext({ variables: { BYPASS: secret } });
    const others = [`web: { platform: vercel, project: prj_a, url: "${web.url}" }`];
    const report = await run(section, { others }, context);
    await web.stop();
    expect(seenIn(report)).toEqual([expect.stringContaining('answer/wrong-status at 11: a, step 3')]);
    expect(context.redactor.redact(JSON.stringify(report))).not.toContain(secret);
    expect(context.logged.join('\n')).not.toContain(secret);
  });

  test('presents a certificate to a server that asks for one', async () => {
    const { certificateFile, keyFile, certificate } = await selfSignedCertificate(folder);
    const key = await readFile(keyFile, 'utf8');
    const secure = createServer(
      { cert: await readFile(certificateFile), key, ca: certificate, requestCert: true, rejectUnauthorized: true },
      (_, response) => void response.end('{"in":true}'),
    );
    await new Promise<void>(resolve => secure.listen(0, '127.0.0.1', resolve));
    const context = testContext({ variables: { CERTIFICATE: certificate, KEY: key } });
    const own = 'client-certificate: { certificate: "${CERTIFICATE}", key: "${KEY}", authority: "${CERTIFICATE}" }';
    const address = `https://localhost:${(secure.address() as AddressInfo).port}/`;
    const report = await smoke(
      server.url,
      flow(
        `{ get: "${address}", ${own}, expect: { json: { in: true }, tls: { at-least: TLSv1.2 } } }`,
        `{ get: "${address}", ${own}, expect: { tls: { valid-for: 30d } } }`,
      ),
      context,
    );
    await new Promise(resolve => secure.close(resolve));
    expect(seenIn(report)).toEqual([
      expect.stringMatching(/answer\/weak-tls at 7: .*the certificate is valid for [012] more days?, expected 30/),
    ]);
  });
});

describe('redirects', () => {
  test('are followed as a browser does, and counted', async () => {
    const report = await run(
      flow(
        '{ post: /to, json: { a: 1 }, bearer: made-up, follow: 3, expect: { redirects: 1, location: "done=1", json: { method: GET, body: "", headers: { cookie: way=1, authorization: Bearer made-up } } } }',
        '{ post: "/to?status=307", json: { a: 1 }, follow: 3, expect: { json: { method: POST, body: "{\\"a\\":1}" } } }',
        '{ get: /to, expect: { status: 302, location: /echo } }',
      ),
    );
    expect(seenIn(report)).toEqual([]);
  });

  test('to a foreign origin carry no credentials, wherever they lead from there', async () => {
    const seen: (string | undefined)[] = [];
    const foreign = await serve((request, response) => {
      seen.push(request.headers.authorization);
      if (request.url === '/first') response.writeHead(302, { location: '/second' }).end();
      else if (request.url === '/second') response.writeHead(302, { location: `${server.url}/echo` }).end();
    });
    const to = await serve((_, response) => void response.writeHead(302, { location: `${foreign.url}/first` }).end());
    const others = [`web: { platform: vercel, project: prj_a, url: "${to.url}" }`];
    const origins = `["${foreign.url}"]`;
    const step = `{ get: /, service: web, bearer: made-up, headers: { x-key: made-up }, follow: 5, origins: ${origins}, expect: { redirects: 3 } }`;
    const report = await run(`service: api\n${flow(step)}`, { others });
    await Promise.all([foreign.stop(), to.stop()]);
    expect(seenIn(report)).toEqual([]);
    expect(seen).toEqual([undefined, undefined]);
  });

  test.each([
    ['go round', '{ get: /round, follow: 5 }', 'smoke/redirect-loop at 6: a, step 1 was redirected more than 5 times'],
    ['lead to data:', '{ get: /data, follow: 5 }', 'redirects to an address that begins with data:.'],
    ['lead to file:', '{ get: /file, follow: 5 }', 'redirects to an address that begins with file:.'],
    [
      'are fewer than expected',
      '{ get: /to, follow: 5, expect: { redirects: 2 } }',
      'answer/wrong-redirects at 6: a, step 1 (GET /to): the step followed 1 redirect, expected 2',
    ],
  ])('that %s are reported', async (_what, step, message) => {
    const report = await run(flow(step));
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([expect.stringContaining(message)]);
  });
});

/** Row T10 of the operators' checklist: a heartbeat is fresh. */
test('a body follows a redirect to the same origin only: it can hold a password', async () => {
  const bodies: string[] = [];
  const other = await serve(async (request, response) => {
    bodies.push(`${request.method} ${request.headers['content-type']} ${await bodyOf(request)}`);
    response.end();
  });
  const first = await serve((_, response) => void response.writeHead(307, { location: other.url }).end());
  const report = await smoke(
    first.url,
    flow(`{ post: /, json: { password: made-up }, follow: 1, origins: ["${other.url}"] }`),
  );
  await Promise.all([first.stop(), other.stop()]);
  expect(seenIn(report)).toEqual([]);
  expect(bodies).toEqual(['POST undefined ']);
});

test('a redirect to an origin that the flow does not declare is not followed: its address can carry a token', async () => {
  const foreign = await serve((_request, response) => void response.end());
  const first = await serve(
    (_, response) => void response.writeHead(302, { location: `${foreign.url}/?code=1` }).end(),
  );
  const report = await smoke(first.url, flow('{ get: /, follow: 1 }'));
  await Promise.all([first.stop(), foreign.stop()]);
  expect(seenIn(report)).toEqual([expect.stringMatching(/smoke\/undeclared-origin.*redirects to http/)]);
  expect(foreign.asked).toEqual([]);
});

describe('an answer', () => {
  test('is checked against everything that a step can expect (T10)', async () => {
    const report = await run(
      flow(
        '{ get: /gzip, expect: { exactly: { compressed: true }, size: { at-most: 30 } } }',
        '{ get: /markets, expect: { values: { "$.heartbeat": { newer-than: 1m } }, schema: { type: object, required: [markets], properties: { markets: { type: array, items: { required: [slug] } } } } } }',
        '{ get: /nothing, expect: { any-of: [{ status: 200 }, { status: 404, text: not here }], not: { text: stack } } }',
        '{ get: /nothing, expect: { status: 404 }, capture: { number: { text: "order-(\\\\d+)", as: number }, status: { status: true } } }',
        '{ post: /echo, json: { number: "${number}", status: "${status}" }, expect: { json: { body: "{\\"number\\":4711,\\"status\\":404}" } } }',
        '{ get: /markets, capture: { open: "$.markets[?@.open == true].slug", all: { json: "$.markets[*].slug", all: true } } }',
        '{ post: /echo, json: ["${open}", "${all}"], expect: { json: { body: "[\\"btc\\",[\\"btc\\",\\"eth\\"]]" } } }',
      ),
    );
    expect(seenIn(report)).toEqual([]);
  });

  test.each([
    [
      'more than exactly',
      '{ get: /markets, expect: { exactly: { at: one, markets: [] } } }',
      'answer/wrong-json',
      '$.markets is',
    ],
    ['another size', '{ get: /markets, expect: { size: { at-most: 5 } } }', 'answer/', '5'],
    [
      'what breaks its schema',
      '{ get: /markets, expect: { schema: { properties: { at: { type: number } } } } }',
      'answer/breaks-schema',
      '$.at must be number',
    ],
    [
      'what it must not be',
      '{ get: /markets, expect: { not: { json: { at: one } } } }',
      'answer/forbidden-content',
      '"at":"one"',
    ],
    [
      'none of the alternatives',
      '{ get: /markets, expect: { any-of: [{ status: 404 }, { text: nope }] } }',
      'answer/matches-no-alternative',
      'none of 2 alternatives matches. (1)',
    ],
    [
      'no certificate at all',
      '{ get: /markets, expect: { tls: { valid-for: 14d } } }',
      'answer/weak-tls',
      'has no TLS',
    ],
    [
      'several values where one is captured',
      '{ get: /markets, capture: { slug: "$.markets[*].slug" } }',
      'smoke/capture-not-found',
      'matches 2 values instead of one',
    ],
    [
      'no number where one is captured',
      '{ get: /markets, capture: { at: { json: $.at, as: number } } }',
      'smoke/capture-not-found',
      '"one" is not a number',
    ],
    ['bytes that are no text', '{ get: /binary, expect: { json: {} } }', 'answer/not-json', 'expected JSON'],
  ])('that has %s is reported', async (_what, step, code, message) => {
    const report = await run(flow(step));
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([expect.stringContaining(message)]);
    expect(seenIn(report)[0]).toContain(code);
  });

  test('that stalls in its body is a failure of the service, with or without `within`', async () => {
    const report = await run(
      'flows:\n  a: [{ get: /halted, timeout: 50ms }]\n  b: [{ get: /halted, timeout: 50ms, within: 40ms }]',
    );
    expect(report.checks.map(({ verdict }) => verdict)).toEqual(['failed', 'failed']);
    expect(new Set(report.taken.map(({ failureClass }) => failureClass))).toEqual(new Set(['network', 'assertion']));
  });

  test.each(['/endless', '/hundred-megabytes'])(
    'without bounds is read no further than is kept of it: %s',
    async path => {
      let written = 0;
      const chunk = Buffer.alloc(64 * 1024, 'a');
      const big = await serve((request, response) => {
        const all = request.url === '/endless' ? Number.POSITIVE_INFINITY : 100 * 1024 * 1024;
        const more = () => {
          while (!response.destroyed && written < all) {
            written += chunk.length;
            if (!response.write(chunk)) return void response.once('drain', more);
          }
          response.end();
        };
        more();
      });
      const report = await smoke(
        big.url,
        `flows:
  text: [{ get: ${path}, expect: { text: b } }]
  json: [{ get: ${path}, expect: { json: {} } }]
  status: [{ get: ${path} }]`,
      );
      await big.stop();
      expect(report.checks.map(({ verdict }) => verdict)).toEqual(['failed', 'failed', 'passed']);
      for (const message of seenIn(report)) expect(message.length).toBeLessThan(1000);
      expect(written).toBeLessThan(50 * 1024 * 1024);
    },
  );

  test.each([
    ['{ text: stack }', 'answer/too-large'],
    ['{ json: { stack: true } }', 'answer/too-large'],
    ['{ values: { $.stack: { exists: true } } }', 'answer/too-large'],
    ['{ exactly: { stack: true } }', 'answer/too-large'],
    ['{ schema: { required: [stack] } }', 'answer/too-large'],
    ['{ size: { at-most: 5000000 } }', 'answer/too-large'],
    ['{ size: { at-least: 1500000 } }', 'answer/too-large'],
    ['{ text: aaa }', 'answer/forbidden-content'],
    ['{ size: { at-least: 1000000 } }', 'answer/forbidden-content'],
    ['{ size: { at-most: 1000000 } }', undefined],
    ['{ headers: { x-stack: on }, text: stack }', undefined],
  ])('that is too large to read to its end may contain %s', async (part, code) => {
    const large = await serve((_, response) => void response.end(`${'a'.repeat(2_000_000)}stack`));
    const report = await smoke(large.url, flow(`{ get: /, expect: { not: ${part} } }`));
    await large.stop();
    expect(seenIn(report)).toEqual(code === undefined ? [] : [expect.stringContaining(`${code} at 6: a, step 1`)]);
  });

  test('is quoted without values whose name suggests a secret', async () => {
    const body = '{"user":"ada","accessToken":"opaque-0123456789","password": "a \\"b\\" c"}';
    const signIn = await serve((_, response) => void response.end(body));
    const report = await smoke(signIn.url, flow('{ post: /login, expect: { status: 201 } }'));
    await signIn.stop();
    expect(seenIn(report)).toEqual([
      expect.stringContaining('The body begins: {"user":"ada","accessToken":"***","password":"***"}'),
    ]);
  });

  test('is not used if a path is not valid', async () => {
    await expect(run(flow('{ get: /markets, capture: { a: "$.markets[?" } }'))).rejects.toThrow(/is not a JSON path/);
    expect(server.asked).toEqual([]);
  });
});

describe('what a release needs', () => {
  test('is a test of one deployment', async () => {
    server.server.prependOnceListener('request', () => setImmediate(() => (deployment = 'two')));
    const section =
      'deployment: { seen-in: x-deployment }\nflows:\n  a: [{ get: /markets }, { get: /markets }, { get: /markets }]';
    const report = await run(section);
    expect(report.verdict).toBe('inconclusive');
    expect(seenIn(report)).toEqual([
      expect.stringMatching(
        /smoke\/rolled-over at 6: a, step \d: api now answers from two, but answered from one before/,
      ),
    ]);
  });

  test('is a comparison with what was live before', async () => {
    const before = await serve((_, response) => {
      response
        .setHeader('content-type', 'application/json')
        .end('{"at":"x","markets":[{"slug":"btc","open":true},{"slug":"old","open":false}],"gone":1,"heartbeat":0}');
    });
    const record = createRecord('production', '');
    record.services.api = { platform: 'vercel', before: { id: 'dpl_0', url: before.url } };
    const report = await run(flow('{ get: /markets, compare-with: previous, ignore: [$.heartbeat, $.at] }'), {
      record,
    });
    await before.stop();
    expect(report.verdict).toBe('passed');
    expect(seenIn(report)).toEqual([
      expect.stringContaining('smoke/differs-from-previous at 6: a, step 1 (GET /markets) differs from'),
    ]);
    expect(seenIn(report)[0]).toContain('$.markets[1].slug was "old", now "eth"; $.gone was removed (it was 1).');
  });

  test('is a comparison that shows no token, of either deployment', async () => {
    const jwt = `eyJ${'a'.repeat(20)}.${'b'.repeat(20)}.c`;
    const before = await serve(
      (_, response) => void response.end(`{"session":{"token":"opaque-before-0123456789"},"me":"${jwt}"}`),
    );
    const now = await serve((_, response) => void response.end('{"session":{"token":"opaque-now-0123456789"}}'));
    const record = createRecord('production', '');
    record.services.api = { platform: 'vercel', before: { id: 'dpl_0', url: before.url } };
    const report = await smoke(now.url, flow('{ get: /me, compare-with: previous }'), testContext(), { record });
    await Promise.all([before.stop(), now.stop()]);
    expect(seenIn(report)).toEqual([
      expect.stringContaining('$.session.token was ***, now ***; $.me was removed (it was "***").'),
    ]);
  });

  test('is a notice if nothing can be compared', async () => {
    const report = await run(flow('{ get: /markets, compare-with: previous }'));
    expect(report.verdict).toBe('passed');
    expect(seenIn(report)).toEqual([expect.stringContaining('smoke/nothing-to-compare')]);
  });
});

test('a request with binary data is shown without it', async () => {
  const context = testContext({ workspace: folder });
  context.onResult = result => logResult(context.log, result);
  await run(flow('{ post: /nothing, multipart: { a: { file: photo.bin } } }'), {}, context);
  expect(context.logged.at(-1)).toMatch(
    /^ {2}│ curl -X POST '.*\/nothing' -H 'content-type: multipart\/form-data; boundary=.*' --data-binary @body$/,
  );
});
