import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { GateContext } from '../../../src/core/context.ts';
import { logResult } from '../../../src/github/log.ts';
import { testContext } from '../../support/context.ts';
import { bodyOf, type RunningServer, seenIn, serve, smoke } from './support.ts';

const token = [
  { alg: 'none', typ: 'JWT' },
  { sub: 'made-up', use: 'tests only' },
]
  .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .concat('not-a-signature')
  .join('.');

let server: RunningServer;
beforeAll(async () => {
  server = await serve(answer);
});
beforeEach(() => {
  server.asked.length = 0;
});
afterAll(() => server.stop());

/** Tells at `/echo…` what it was asked, and does at other paths what they say. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const body = await bodyOf(request);
  const json = (value: unknown, headers = {}) =>
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
  if (pathname.startsWith('/echo')) {
    const { method, url, headers } = request;
    json({ method, url, headers, body });
  } else if (pathname === '/login') {
    json(
      {
        accessToken: token,
        opaque: { refreshToken: 'opaque-made-up-token' },
        user: { id: 7, admin: false, list: [1] },
      },
      {
        'set-cookie': ['session=made-up-session; Path=/; HttpOnly; SameSite=Lax', 'theme=dark; Path=/echo'],
        'x-request-id': 'request-1',
      },
    );
  } else if (pathname === '/logout') response.writeHead(204, { 'set-cookie': 'session=; Path=/; Max-Age=0' }).end();
  else if (pathname === '/old') response.writeHead(302, { location: '/echo/new?code=abc' }).end();
  else if (pathname === '/null') json({ token: null });
  else if (pathname === '/large') json(Array.from({ length: 300_000 }, (_, index) => index));
  else if (pathname === '/html') response.end('<html>Sign in to continue</html>');
  else if (pathname === '/leak') response.writeHead(500).end(`${'x'.repeat(100)} ${token}`);
  else if (pathname === '/hang') response.flushHeaders();
  else if (pathname === '/drop') request.socket.destroy();
  else response.writeHead(404).end('no such page');
}

describe('a request', () => {
  test.each(['get', 'post', 'put', 'patch', 'delete', 'options'])('goes out as %s', async method => {
    const step = `- { ${method}: "/echo?a=1", expect: { json: { method: ${method.toUpperCase()}, url: "/echo?a=1" } } }`;
    expect((await smoke(server.url, `flows:\n  a:\n    ${step}`)).verdict).toBe('passed');
  });

  test('goes out as head', async () => {
    expect((await smoke(server.url, 'flows:\n  a: [{ head: /echo }]')).verdict).toBe('passed');
    expect(server.asked).toEqual(['HEAD /echo']);
  });

  test('has the declared JSON body, form, headers and token', async () => {
    const report = await smoke(
      server.url,
      `flows:
  a:
    - post: /echo
      json: { text: "\${NAME}", price: 0.5, literal: "$\${NAME}" }
      bearer: "\${NAME}"
      expect:
        json:
          body: '{"text":"a & b","price":0.5,"literal":"$\${NAME}"}'
          headers: { content-type: application/json, authorization: "Bearer a & b" }
    - post: /echo
      form: { name: "\${NAME}", more: "1" }
      headers: { X-Own: yes it is, Content-Type: application/x-www-form-urlencoded;charset=utf-8 }
      expect:
        json:
          body: name=a+%26+b&more=1
          headers: { x-own: yes it is, content-type: application/x-www-form-urlencoded;charset=utf-8 }`,
      testContext({ variables: { NAME: 'a & b' } }),
    );
    expect(seenIn(report)).toEqual([]);
    expect(report.outputs).toEqual({ flows: '{"a":"passed"}' });
  });
});

describe('what an answer gives', () => {
  test('reaches later steps with its type', async () => {
    const report = await smoke(
      server.url,
      `flows:
  a:
    - post: /login
      capture:
        token: $.accessToken
        id: $.user.id
        admin: { json: "$.user['admin']" }
        user: $.user
        request: { header: X-Request-Id }
        session: { cookie: session }
    - post: "/echo/\${id}"
      bearer: "\${token}"
      headers: { x-request: "\${request}", x-session: "\${session}", x-id: "\${id}" }
      json: { id: "\${id}", admin: "\${admin}", text: "id \${id}", user: "\${user}" }
      expect:
        json:
          url: /echo/7
          headers: { authorization: "Bearer \${token}", x-request: request-1, x-session: made-up-session, x-id: "7" }
          body: '{"id":7,"admin":false,"text":"id 7","user":{"id":7,"admin":false,"list":[1]}}'`,
    );
    expect(seenIn(report)).toEqual([]);
  });

  test('includes cookies, which are sent until they are deleted, and only in their flow', async () => {
    const report = await smoke(
      server.url,
      `flows:
  a:
    - { post: /login, expect: { cookies: [{ name: session, http-only: true, secure: false, same-site: lax }] } }
    - { get: /echo, expect: { json: { headers: { cookie: "theme=dark; session=made-up-session" } } } }
    - { get: /echo, headers: { cookie: own=1 }, expect: { json: { headers: { cookie: own=1 } } } }
    - post: /logout
    - { get: /echo, expect: { json: { headers: { cookie: theme=dark } } } }
  b:
    - { get: /echo, expect: { text: "user-agent" }, capture: { host: $.headers.host } }`,
    );
    expect(seenIn(report)).toEqual([]);
  });

  test('may be a redirect, which is not followed', async () => {
    const report = await smoke(
      server.url,
      `flows:
  a:
    - { get: /old, expect: { status: 302 }, capture: { next: { header: location } } }
    - { get: "\${next}", expect: { json: { url: "/echo/new?code=abc" } } }`,
    );
    expect(seenIn(report)).toEqual([]);
    expect(server.asked).toEqual(['GET /old', 'GET /echo/new?code=abc']);
  });

  test.each([
    ['a path that leads nowhere', '/login', '$.user.name', 'token: $.user.name is missing; $.user has id, admin, list'],
    ['a null', '/null', '$.token', '$.token is null'],
    ['a body that is no JSON', '/html', '$.token', '$.token is missing, because the body is not readable JSON'],
    ['a missing header', '/null', '{ header: x-none }', 'the header x-none is missing'],
    ['a missing cookie', '/null', '{ cookie: sid }', 'the cookie sid is missing'],
  ])('is reported if missing: %s', async (_what, path, wanted, message) => {
    const report = await smoke(server.url, `flows:\n  a:\n    - get: ${path}\n      capture: { token: ${wanted} }`);
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([expect.stringContaining('smoke/capture-not-found at 7: a, step 1')]);
    expect(seenIn(report)[0]).toContain(message.replace(/^token: /, ''));
  });
});

test('every value of a step may contain a name', async () => {
  const report = await smoke(
    server.url,
    `flows:
  a:
    generate: { id: uuid }
    steps:
      - post: /login
        expect: { headers: { x-request-id: "\${REQUEST}" }, cookies: [{ name: "\${COOKIE}" }] }
        capture: { one: { header: "\${HEADER}" }, two: { cookie: "\${COOKIE}" } }
      - get: "/echo/\${id}"
        headers: { x-both: "\${one} \${two}" }
        expect: { text: "\${id}", json: { url: "/echo/\${id}", headers: { x-both: request-1 made-up-session } } }
      - { name: "asks \${id}", get: /nothing }`,
    testContext({ variables: { HEADER: 'x-request-id', REQUEST: 'request', COOKIE: 'session' } }),
  );
  expect(seenIn(report)).toEqual([
    expect.stringMatching(/^answer\/wrong-status at 14: a, step 3 \(asks [\da-f-]{36}: GET \/nothing\)/),
  ]);
});

describe('a step that does not pass', () => {
  test('stops its flow but not others; its finding names flow, step, request and place', async () => {
    const report = await smoke(
      server.url,
      `flows:
  broken:
    boundary: settlement
    steps:
      - get: /echo/1
      - { name: buys, post: /nothing?secret=1, json: {} }
      - get: /echo/3
  good:
    - get: /echo/4`,
    );
    expect(report.verdict).toBe('failed');
    expect(report.outputs).toEqual({ flows: '{"broken":"failed","good":"passed"}' });
    expect(report.checks[0]).toMatchObject({
      name: 'flows.broken',
      boundary: 'settlement',
      detail: 'stopped at step 2 of 3',
      findings: [
        {
          code: 'answer/wrong-status',
          boundary: 'settlement',
          message:
            'broken, step 2 (buys: POST /nothing) answered 404, expected 200 to 299. The body begins: no such page',
          place: { path: 'release-gates.yml', line: 9, column: 11 },
        },
      ],
    });
    expect(server.asked).not.toContain('GET /echo/3');
  });

  test.each([
    ['another value', '{ get: /echo, expect: { json: { method: POST } } }', '$.method is "GET", expected "POST"'],
    [
      'a cookie without HttpOnly',
      '{ post: /login, expect: { cookies: [{ name: theme, http-only: true, same-site: strict }] } }',
      'sets the cookie theme without HttpOnly, expected with it and without SameSite, expected SameSite=strict',
    ],
    [
      'a missing cookie',
      '{ post: /login, expect: { cookies: [{ name: sid }] } }',
      'does not set the cookie sid; it sets session, theme',
    ],
    ['a page where JSON should be', '{ get: /html, expect: { json: {} } }', 'expected JSON'],
    ['JSON without an end in sight', '{ get: /large, expect: { json: [] } }', 'too large to read to its end'],
    ['another text', '{ get: /html, expect: { text: Welcome } }', 'does not contain "Welcome"'],
  ])('says what was expected and what came: %s', async (_what, step, message) => {
    const report = await smoke(server.url, `flows:\n  a:\n    - ${step}`);
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([expect.stringContaining(message)]);
  });

  test('reports a missing answer, and who is at fault', async () => {
    const report = await smoke(
      server.url,
      `flows:
  dropped: [{ get: /drop }]
  hanging: [{ get: /hang, timeout: 50ms }]
  unknown: [{ get: "http://no-such-host.invalid/" }]`,
    );
    expect(JSON.parse(report.outputs.flows ?? '')).toEqual({ dropped: 'failed', hanging: 'failed', unknown: 'error' });
    expect(report.headline).toBe('0 of 3 flows passed; 3 got no answer over the network.');
    expect(seenIn(report)).toEqual([
      expect.stringContaining('smoke/never-answers at 5: dropped, step 1: GET http'),
      expect.stringContaining('smoke/never-answers at 6: hanging, step 1: GET http'),
      expect.stringContaining('network/unknown-host at 7: unknown, step 1: GET http'),
    ]);
  });

  test('is an error of the test if its address is not valid', async () => {
    const report = await smoke(
      server.url,
      `flows:\n  a:\n    - { get: "\${ADDRESS}" }`,
      testContext({ variables: { ADDRESS: 'ftp://example.com/' } }),
    );
    expect(report.verdict).toBe('error');
    expect(seenIn(report)).toEqual([expect.stringContaining('smoke/invalid-address at 6')]);
  });

  test('shows its request as a curl command without a secret', async () => {
    const { logged } = await logOf(`flows:
  a:
    - { post: /login, capture: { token: $.accessToken } }
    - post: /nothing?access_token=made-up&page=2
      bearer: "\${token}"
      json: { note: "it's \${token}", password: made up, id: 1 }`);
    expect(logged.at(-1)).toBe(
      `  │ curl -X POST '${server.url}/nothing?access_token=***&page=2' -H 'content-type: application/json' ` +
        `-H 'authorization: Bearer ***' -H 'cookie: session=***' ` +
        `--data-raw '{"note":"it'\\''s ***","password":"***","id":1}'`,
    );
    expect(logged.at(-3)).toContain('error answer/wrong-status: a, step 2 (POST /nothing)');
  });
});

test('a curl command hides the secrets of a form, and takes linear time for a long text', async () => {
  const { logged } = await logOf(`flows:
  form: [{ post: /nothing, form: { user: ada, password: made up, note: a=b } }]
  text: [{ post: /nothing, body: "${'x'.repeat(600_000)}" }]`);
  const commands = logged.filter(line => line.includes('curl -X POST'));
  expect(commands).toEqual([
    expect.stringContaining("--data-raw 'user=ada&password=***&note=a%3Db'"),
    expect.stringMatching(/xxx… \(\d+ more characters\)$/),
  ]);
});

describe('a secret', () => {
  const secrets = [
    ['captured by a telling name', 'capture: { refreshToken: $.opaque.refreshToken }', 'opaque-made-up-token'],
    ['captured as a cookie', 'capture: { it: { cookie: session } }', 'made-up-session'],
    ['that is a JSON Web Token, captured or not', 'within: 10s', token],
    ['declared as one', 'capture: { it: { header: x-request-id, secret: true } }', 'request-1'],
  ];
  test.each(secrets)('%s is masked', async (_which, keys, secret = '') => {
    const context = testContext();
    await smoke(server.url, `flows:\n  a:\n    - { post: /login, ${keys} }`, context);
    expect(context.redactor.redact(`-${secret}-`)).toBe('-***-');
  });

  test('is not masked if the step sets secret to false', async () => {
    const context = testContext();
    const capture = '{ refreshToken: { json: $.opaque.refreshToken, secret: false } }';
    await smoke(server.url, `flows:\n  a:\n    - { post: /login, capture: ${capture} }`, context);
    expect(context.redactor.redact('opaque-made-up-token')).toBe('opaque-made-up-token');
  });

  test('stays masked when an excerpt cuts it', async () => {
    const { logged } = await logOf('flows:\n  a:\n    - get: /leak');
    expect(logged.join('\n')).toContain('xxx ***');
    expect(logged.join('\n')).not.toContain(token.slice(0, 20));
  });
});

test('the log shows generated values, except passwords', async () => {
  const { logged } = await logOf(
    'flows:\n  a: { generate: { mail: email, password: string }, steps: [{ get: "/echo?mail=${mail}", capture: { url: $.url } }] }',
  );
  const mail = /mail=(.*)/.exec(server.asked[0] ?? '')?.[1];
  expect(logged[0]).toBe(`a generated: mail ${mail}, password ***`);
});

test('the log shows generated values of a part too', async () => {
  const { logged } = await logOf(`shared:
  sign-up: { generate: { mail: email }, steps: [{ get: "/echo?mail=\${mail}", capture: { url: $.url } }] }
flows:
  a: [{ use: sign-up }]`);
  const mail = /mail=(.*)/.exec(server.asked[0] ?? '')?.[1];
  expect(logged[0]).toBe(`a, step 1 (use sign-up) generated: mail ${mail}`);
});

test('a cancelled run ends at once, with its request', async () => {
  const controller = new AbortController();
  const closed = new Promise<void>(resolve => {
    server.server.prependOnceListener('request', request => {
      request.socket.once('close', () => resolve());
      controller.abort(new Error('cancelled'));
    });
  });
  const context = testContext({ signal: controller.signal });
  const report = await smoke(server.url, 'flows:\n  a: [{ get: /hang }]\n  b: [{ get: /hang }]', context);
  await closed;
  expect(report.verdict).toBe('error');
  expect(seenIn(report)).toEqual([
    expect.stringContaining('gate/cancelled'),
    expect.stringContaining('gate/cancelled'),
  ]);
});

async function logOf(section: string): Promise<GateContext & { logged: string[] }> {
  const context = testContext();
  context.onResult = result => logResult(context.log, result);
  await smoke(server.url, section, context);
  return context;
}
