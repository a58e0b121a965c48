import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testContext } from '../../support/context.ts';
import { type RunningServer, seenIn, serve, smoke } from './support.ts';

let server: RunningServer;
let received: { url: string; headers: Record<string, unknown>; body: Buffer }[] = [];
beforeAll(async () => {
  server = await serve(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
    response.end('{}');
  });
});
afterAll(() => server.stop());

const variables = { STRIPE_SECRET: 'made-up-signing-secret', QUANTITY: '10' };

function run(steps: string, context = testContext({ variables })) {
  received = [];
  return smoke(server.url, `flows:\n  a:\n${steps.replace(/^/gm, '    ')}`, context);
}

test('values are made in their order, keep their types, and their keys are masked', async () => {
  const context = testContext({ variables });
  const report = await run(
    `- set:
    event: { value: '{"id":"evt_1"}' }
    signature: { webhook: stripe, body: "\${event}", key: "\${STRIPE_SECRET}" }
    quantity: { number: "\${QUANTITY}" }
- { post: /hook, body: "\${event}", headers: { stripe-signature: "\${signature}", x-time: "\${signature.timestamp}" } }
- { post: /orders, json: { quantity: "\${quantity}" } }`,
    context,
  );
  expect(seenIn(report)).toEqual([]);
  const [hook, order] = received;
  const time = hook?.headers['x-time'];
  const right = createHmac('sha256', variables.STRIPE_SECRET).update(`${time}.{"id":"evt_1"}`).digest('hex');
  expect(hook?.headers['stripe-signature']).toBe(`t=${time},v1=${right}`);
  expect(String(order?.body)).toBe('{"quantity":10}');
  expect(context.redactor.redact(variables.STRIPE_SECRET)).toBe('***');
  expect(report.taken[0]?.title).toBe('set event signature quantity');
});

test.each([
  ['a name below', 'set: { a: { value: "${b}" }, b: { value: 1 } }', 'uses ${b}'],
  ['its own name', 'set: { a: { value: "${a}" } }', 'uses ${a}'],
  ['a taken name', 'set: { COMMIT: { value: 1 } }', 'The name COMMIT is taken'],
  ['an unknown kind of value', 'set: { a: { md5: x } }', 'md5'],
])('the plan refuses %s', async (_what, step, message) => {
  await expect(run(`- { ${step} }`)).rejects.toThrow(message);
});

test('a value that cannot be made is an error of the test', async () => {
  const report = await run('- { set: { code: { totp: "1!" } } }');
  expect(report.verdict).toBe('error');
  expect(seenIn(report)).toEqual([expect.stringContaining('code has no value, because its secret is not base32')]);
});

test('lists repeat parameters, fields and parts; a body can be a file', async () => {
  const report = await run(`- { get: /, query: { tag: [a, "b c"], page: 1 } }
- { post: /, form: { tag: [a, "\${QUANTITY}"] } }
- { post: /, multipart: { tag: [a, b] } }
- { put: /, body: { file: package.json, type: application/octet-stream } }`);
  expect(seenIn(report)).toEqual([]);
  expect(received[0]?.url).toBe('/?tag=a&tag=b+c&page=1');
  expect(String(received[1]?.body)).toBe('tag=a&tag=10');
  expect(String(received[2]?.body).match(/name="tag"/g)).toHaveLength(2);
  expect(received[3]?.body.equals(await readFile('package.json'))).toBe(true);
  expect(received[3]?.headers['content-type']).toBe('application/octet-stream');
});
