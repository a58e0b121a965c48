import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { GateError } from '../../../src/core/errors.ts';
import { testContext } from '../../support/context.ts';
import { bodyOf, type RunningServer, seenIn, serve, smoke } from './support.ts';

let server: RunningServer;
let logins = 0;
/** How often `/flaky` still fails. */
let failures = 0;
beforeAll(async () => {
  server = await serve(async (request, response) => {
    const body = await bodyOf(request);
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const json = (value: unknown, status = 200, headers = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
    if (pathname === '/login')
      json({ token: `token-${++logins}` }, 200, { 'set-cookie': `session=${body.length}; Path=/` });
    else if (pathname === '/list') json({ items: ['a', 'b', 'c'], one: 'a', on: true, off: false });
    else if (pathname === '/flaky') json({}, failures-- > 0 ? 503 : 200);
    else if (pathname === '/hang') response.flushHeaders();
    else if (pathname.startsWith('/echo'))
      json({ url: request.url, cookie: request.headers.cookie ?? '', method: request.method });
    else json({}, 404);
  });
});
beforeEach(() => {
  server.asked.length = 0;
  logins = 0;
});
afterAll(() => server.stop());

const run = (section: string, options: Parameters<typeof smoke>[3] = {}, context = testContext()) =>
  smoke(server.url, section, context, options);

/** The messages of what is wrong with a plan. */
async function faults(section: string): Promise<string[]> {
  try {
    await run(section);
    return [];
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return error.findings.map(({ code, message, help, place }) => `${code} at ${place?.line}: ${message} ${help}`);
  }
}

describe('steps that are used', () => {
  test('have their own values, and return captures and cookies', async () => {
    const report = await run(`shared:
  login:
    parameters: { user: null, plan: free }
    generate: { nonce: uuid }
    steps:
      - { post: /login, json: { user: "\${user}", plan: "\${plan}", nonce: "\${nonce}" }, capture: { token: $.token } }
flows:
  a:
    - { use: login, with: { user: one } }
    - { get: "/echo/\${token}", expect: { json: { url: /echo/token-1, cookie: "session=75" } } }
    - { use: login, with: { user: another } }
    - { get: "/echo/\${token}", expect: { json: { url: /echo/token-2, cookie: "session=79" } } }`);
    expect(seenIn(report)).toEqual([]);
  });

  test('run once for all flows with `once`', async () => {
    const flow = `
    - { use: login, with: { user: one } }
    - { get: "/echo/\${token}", expect: { json: { url: /echo/token-1, cookie: session=14 } } }`;
    const report = await run(`shared:
  login:
    once: true
    parameters: { user: null }
    steps: [{ post: /login, json: { user: "\${user}" }, capture: { token: $.token } }]
flows:
  a: ${flow}
  b: ${flow}
  c: ${flow}`);
    expect(seenIn(report)).toEqual([]);
    expect(server.asked.filter(asked => asked === 'POST /login')).toHaveLength(1);
  });

  test('may be another flow', async () => {
    const report = await run('flows:\n  a: [{ get: /echo/a }]\n  b: [{ use: a }, { get: /echo/b }]', { flows: ['b'] });
    expect(seenIn(report)).toEqual([]);
    expect(server.asked).toEqual(['GET /echo/a', 'GET /echo/b']);
  });

  test.each([
    [
      'in a circle',
      'flows:\n  a: [{ use: b }]\n  b: [{ use: a }]',
      'config/invalid-value at 6: a, step 1 (b), step 1 uses a, which leads back to itself: a uses b uses a.',
    ],
    [
      'that are not there',
      'flows:\n  login: [{ get: / }]\n  a: [{ use: logni }]',
      'uses "logni", which is neither a flow nor in `shared`. Did you mean "login"?',
    ],
    [
      'without a parameter',
      'shared: { x: { parameters: { user: null }, steps: [{ get: / }] } }\nflows:\n  a: [{ use: x }]',
      'a, step 1 uses x without a value for user. Pass a value: `with: { user: … }`.',
    ],
    [
      'with a parameter too many',
      'shared: { x: { parameters: { user: 1 }, steps: [{ get: / }] } }\nflows:\n  a: [{ use: x, with: { usr: 1 } }]',
      'passes "usr" to x, which has no such parameter. Did you mean "user"?',
    ],
    [
      'with a name of the flow that uses them',
      'shared: { x: { steps: [{ get: "/${id}" }] } }\nflows:\n  a: { generate: { id: uuid }, steps: [{ use: x }] }',
      'a, step 1 (x), step 1 uses ${id}, which has no value at that point.',
    ],
  ])('%s are found before anything is sent', async (_what, section, expected) => {
    const found = await faults(section);
    expect(found.join('\n')).toContain(expected);
    expect(server.asked).toEqual([]);
  });
});

describe('a step runs', () => {
  test('for each item of a list, including a captured list', async () => {
    const report = await run(`flows:
  a:
    - { get: "/echo/\${market}/\${round}", for-each: { market: [btc, eth] } }
    - { get: /list, capture: { items: $.items, also: { json: "$.items[*]", all: true } } }
    - { get: "/echo/\${item}", for-each: { item: "\${items}" } }
    - { get: /echo, repeat: 2 }
    - { get: "/echo/\${other}", for-each: { other: "\${also}" }, if: "\${items}" }`);
    expect(seenIn(report)).toEqual([]);
    const expected = ['btc/1', 'eth/2'].map(path => `GET /echo/${path}`);
    expect(server.asked).toEqual([
      ...expected,
      'GET /list',
      'GET /echo/a',
      'GET /echo/b',
      'GET /echo/c',
      'GET /echo',
      'GET /echo',
      'GET /echo/a',
      'GET /echo/b',
      'GET /echo/c',
    ]);
  });

  test('only if its condition holds', async () => {
    const report = await run(`flows:
  a:
    - { get: /list, capture: { one: $.one, on: $.on, off: $.off } }
    - { get: /echo/1, if: "\${on}" }
    - { get: /echo/2, if: "\${off}" }
    - { get: /echo/3, if: { value: "\${one}", is: a } }
    - { get: /echo/4, if: { value: "\${one}", is-not: a } }`);
    expect(seenIn(report)).toEqual([]);
    expect(server.asked).toEqual(['GET /list', 'GET /echo/1', 'GET /echo/3']);
  });

  test('again when it fails, with the reason in the log', async () => {
    failures = 1;
    const context = testContext();
    const report = await run(
      'flows:\n  a: [{ get: /flaky, retry: { times: 2, every: 1ms, because: it starts cold } }]',
      {},
      context,
    );
    expect(report.checks[0]?.verdict).toBe('passed');
    expect(context.logged[0]).toMatch(
      /^Retrying a, step 1 in 1 ms \(it starts cold\): a, step 1 \(GET \/flaky\) answered 503/,
    );
    expect(report.taken[0]?.detail).toMatch(/at try 2$/);
  });

  test('until it passes, or the time is over', async () => {
    failures = 3;
    const section = (more: string) => `flows:\n  a: [{ wait-until: { get: /flaky }, every: 1ms${more} }]`;
    expect((await run(section(''))).verdict).toBe('passed');
    failures = 1000;
    const report = await run(section(', within: 20ms'));
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([
      expect.stringMatching(/answered 503, expected 200 to 299\. .*Gave up after \d+ tries/),
    ]);
  });

  test('not without a value of a skipped step', async () => {
    const report = await run(`flows:
  a:
    - { get: /list, capture: { off: $.off } }
    - { get: /list, if: "\${off}", capture: { one: $.one } }
    - { get: "/echo/\${one}" }`);
    expect(report.verdict).toBe('error');
    expect(seenIn(report)).toEqual([
      expect.stringContaining('config/unknown-name at 8: a, step 3: ${one} has no value'),
    ]);
  });

  test('on a value that is not a list is an error of the test', async () => {
    const report = await run(
      'flows:\n  a: [{ get: /list, capture: { one: $.one } }, { get: /echo, for-each: { x: "${one}" } }]',
    );
    expect(report.verdict).toBe('error');
    expect(seenIn(report)).toEqual([
      expect.stringContaining('smoke/not-a-list at 5: a, step 2: ${one} is a string, not a list.'),
    ]);
  });
});

describe('clean-up', () => {
  const flow = (steps: string) => `flows:
  a:
    steps: ${steps}
    finally:
      - delete: /echo/always
      - delete: "/echo/\${one}"
      - delete: /gone
      - delete: /echo/last`;

  test('always runs, each step on its own; what it leaves is a warning', async () => {
    const report = await run(flow('[{ get: /list, capture: { one: $.one } }, { get: /nothing }]'));
    expect(report.verdict).toBe('failed');
    expect(server.asked.slice(2)).toEqual([
      'DELETE /echo/always',
      'DELETE /echo/a',
      'DELETE /gone',
      'DELETE /echo/last',
    ]);
    expect(seenIn(report)[1]).toContain('smoke/clean-up-failed at 10: a, clean-up 3 (DELETE /gone) answered 404');
  });

  test('skips what was never created', async () => {
    await run(flow('[{ get: /nothing }, { get: /list, capture: { one: $.one } }]'));
    expect(server.asked.slice(1)).toEqual(['DELETE /echo/always', 'DELETE /gone', 'DELETE /echo/last']);
  });

  test('runs when the run is cancelled', async () => {
    const controller = new AbortController();
    server.server.prependOnceListener('request', () => controller.abort(new Error('cancelled')));
    const report = await run(
      flow('[{ get: /hang }, { get: /list, capture: { one: $.one } }]'),
      {},
      testContext({ signal: controller.signal }),
    );
    expect(report.verdict).toBe('error');
    expect(server.asked).toContain('DELETE /echo/last');
  });

  test('runs when the flow times out', async () => {
    const report = await run(
      'flows:\n  a: { timeout: 50ms, steps: [{ get: /hang }], finally: [{ delete: /echo/last }] }',
    );
    expect(seenIn(report)).toEqual([expect.stringContaining('smoke/flow-timed-out')]);
    expect(server.asked).toEqual(['GET /hang', 'DELETE /echo/last']);
  });
});

describe('flows', () => {
  test('run after others, and are skipped if those did not pass', async () => {
    const report = await run(`flows:
  third: { after: [second], steps: [{ get: /echo/3 }] }
  second: { after: [first], steps: [{ get: /nothing }] }
  first: [{ get: /echo/1 }]`);
    expect(server.asked).toEqual(['GET /echo/1', 'GET /nothing']);
    expect(JSON.parse(report.outputs.flows ?? '')).toEqual({
      first: 'passed',
      second: 'failed',
      third: 'inconclusive',
    });
    expect(report.verdict).toBe('failed');
  });

  test('that are skipped have nothing to clean up', async () => {
    const report = await run(`flows:
  second: { after: [first], generate: { key: uuid }, steps: [{ get: /echo/2 }], finally: [{ delete: "/echo/\${key}" }] }
  first: [{ get: /nothing }]`);
    expect(report.verdict).toBe('failed');
    expect(server.asked).toEqual(['GET /nothing']);
  });

  test('have their full timeout after the earlier flows, and no more', async () => {
    const report = await run(`flows:
  first: [{ get: /echo/1 }]
  second: { after: [first], timeout: 100ms, steps: [{ get: /hang, timeout: 20s }] }`);
    expect(seenIn(report)).toEqual([expect.stringContaining('second did not end within its timeout of 0.1 s')]);
  });

  test('that wait for each other are rejected', async () => {
    expect(
      await faults('flows:\n  a: { after: [b], steps: [{ get: / }] }\n  b: { after: [a], steps: [{ get: / }] }'),
    ).toEqual([expect.stringContaining('The flows wait for each other: a after b after a.')]);
  });

  test('are selected by tags; of those that warn, only critical ones fail the gate', async () => {
    const section = `flows:
  a: { tags: [critical], severity: warning, steps: [{ get: /nothing }] }
  b: { tags: [slow], severity: warning, steps: [{ get: /nothing }] }`;
    const all = await run(section);
    expect(all.checks.map(({ verdict }) => verdict)).toEqual(['failed', 'passed']);
    const slow = await run(section, { tags: ['slow'] });
    expect(slow.verdict).toBe('passed');
    expect(slow.checks[0]).toMatchObject({ findings: [{ code: 'answer/wrong-status', severity: 'warning' }] });
    await expect(run(section, { tags: ['none'] })).rejects.toThrow(/no flow of release-gates.yml has that tag/);
  });
});
