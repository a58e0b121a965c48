import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testContext } from '../../support/context.ts';
import { type RunningServer, seenIn, serve, smoke } from './support.ts';

let server: RunningServer;
/** How many requests the limit refuses from now on, and what it then asks. */
let refusals = 0;
let retryAfter = '0';
beforeAll(async () => {
  server = await serve((request, response) => {
    if (refusals-- > 0) return void response.writeHead(429, { 'retry-after': retryAfter }).end();
    if (request.url === '/empty') return void response.writeHead(204).end();
    if (request.url === '/away') return void response.writeHead(302, { location: '/login?next=x' }).end();
    if (request.url === '/page') {
      response.writeHead(500, { 'content-type': 'text/html; charset=utf-8' });
      const css = 'a { color: red } '.repeat(100);
      return void response.end(
        `<html><head><title>OperationalError at /page</title><style>${css}</style></head><body><h1>database is locked</h1></body></html>`,
      );
    }
    response.setHeader('content-type', 'application/json').end('{"state":"open"}');
  });
});
afterAll(() => server.stop());

const run = (flows: string, context = testContext()) => smoke(server.url, `flows:\n${flows}`, context);

describe('a request that a rate limit refuses', () => {
  test.each([
    ['is sent again after a short Retry-After', 1, '0', '{ post: / }', 'passed', 2],
    ['is sent again only once', 2, '0', '{ get: / }', 'failed', 2],
    ['is not sent again after a long one', 1, '60', '{ get: / }', 'failed', 1],
    ['is judged at once if the step expects it', 1, '0', '{ get: /, expect: { status: 429 } }', 'passed', 1],
    ['is judged at once if the step forbids it', 1, '0', '{ get: /, expect: { not: { status: 429 } } }', 'failed', 1],
  ])('%s', async (_what, count, wait, step, verdict, requests) => {
    [refusals, retryAfter] = [count, wait];
    const before = server.asked.length;
    expect((await run(`  a: [${step}]`)).verdict).toBe(verdict);
    expect(server.asked.length - before).toBe(requests);
    refusals = 0;
  });
});

describe('a message', () => {
  test.each([
    ['of an empty answer', '{ get: /empty, expect: { json: {} } }', 'answered 204 with an empty body, expected JSON'],
    [
      'of an error page begins with its title and text',
      '{ get: /page }',
      'The body begins: OperationalError at /page database is locked',
    ],
    [
      'of a redirect',
      '{ security-headers: /away, require: [nosniff] }',
      'answered 302, a redirect to /login: x-content-type-options',
    ],
    [
      'of a schema',
      '{ get: /, expect: { schema: { properties: { state: { const: done } } } } }',
      'must be equal to constant ("done")',
    ],
    [
      'of a list in a schema',
      '{ get: /, expect: { schema: { properties: { state: { enum: [done, gone] } } } } }',
      '(["done","gone"])',
    ],
  ])('%s', async (_what, step, message) => {
    expect(seenIn(await run(`  a: [${step}]`))).toEqual([expect.stringContaining(message)]);
  });

  test('adds up, whatever stopped the flows', async () => {
    const report = await run(
      `  good: [{ get: / }]
  wrong: { steps: [{ get: /, expect: { status: 201 } }], finally: [{ get: /page }] }
  after: { after: [wrong], steps: [{ get: / }] }
  test: [{ get: /, if: "\${X}" }, { run: "sleep 9", timeout: 1ms }]
  slow: { timeout: 50ms, steps: [{ get: /, retry: { times: 9, every: 1s, because: x }, expect: { status: 201 } }] }`,
      testContext({ variables: { X: '1', PATH: process.env.PATH } }),
    );
    expect(report.headline).toBe(
      '1 of 5 flows passed; 1 got a wrong answer, 1 skipped, 1 could not run as declared, 1 timed out.',
    );
  });

  test.each([
    ['{ get: /items/${id} }', '/items/${id} contains braces or brackets, so put it in quotes: "/items/${id}"'],
    ['{ get: /, capture: { b: $.a[0].b } }', '$.a[0].b contains braces or brackets, so put it in quotes: "$.a[0].b"'],
    ['{ get: /, query: { a: x${b}y, c: 1 } }', 'x${b}y contains braces'],
  ])('of a value that needs quotes is one: %s', async (step, message) => {
    const findings = await run(`  a:\n    - ${step}`).catch(error => error.findings);
    expect(findings).toEqual([expect.objectContaining({ message: expect.stringContaining(message) })]);
    expect(findings[0].place).toMatchObject({ line: 6 });
  });

  test('of an expression that is not valid says why', async () => {
    await expect(run('  a: [{ get: /, capture: { a: { text: "(a" } } }]')).rejects.toThrow('Unterminated group');
  });
});
