import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningServer, seenIn, serve, smoke } from './support.ts';

const content = [
  { id: 1, name: 'one', state: 'open' },
  { id: 2, name: 'two', state: 'open' },
];

let server: RunningServer;
beforeAll(async () => {
  server = await serve((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url === '/me' ? { id: 2 } : { content }));
  });
});
afterAll(() => server.stop());

async function judge(expected: string): Promise<string[]> {
  const section = `flows:
  a:
    - { get: /me, capture: { id: $.id } }
    - { get: /items, expect: ${expected} }`;
  return seenIn(await smoke(server.url, section));
}

describe('an item of a list', () => {
  test.each([
    '{ values: { $.content: { contains: { id: 2 } } } }',
    '{ values: { $.content: { contains: { id: "${id}" } } } }',
    '{ json: { content: { $contains: { name: two } } } }',
    '{ not: { values: { $.content: { contains: { id: 3 } } } } }',
    '{ not: { json: { content: [{ id: 3 }] } } }',
    '{ not: { json: { content: [] } } }',
    '{ not: { values: { $.content: { contains-exactly: { id: 2 } } } } }',
    '{ values: { "$.content[?@.id == ${id}].name": two } }',
    '{ json: { content: { $values: { "$[?@.id == ${id}].name": two, "$[*].state": open } } } }',
    '{ values: { $.content: { length: 2, each: { state: open }, not: { $contains: { id: 3 } } } } }',
    '{ values: { "$.content[*].state": open, "$.content[?@.id == 9]": { exists: false } } }',
    '{ exactly: { content: [{ id: 1, name: one, state: open }, { id: 2, name: { $matches: ^t }, state: open }] } }',
  ])('is as expected: %s', async expected => {
    expect(await judge(expected)).toEqual([]);
  });

  test.each([
    ['{ not: { values: { $.content: { contains: { id: 2 } } } } }', 'answer/forbidden-content'],
    ['{ not: { json: { content: [{ id: 2 }] } } }', 'answer/forbidden-content'],
    ['{ values: { $.content: { contains: { id: 3 } } } }', 'answer/wrong-json'],
    ['{ json: { content: [{ id: 2 }] } }', 'answer/wrong-json'],
    ['{ json: { content: { $values: { "$[?@.id == ${id}].name": one } } } }', 'answer/wrong-json'],
    ['{ values: { $.content: { contains-exactly: { id: 2 } } } }', 'answer/wrong-json'],
    ['{ values: { "$.content[*].name": one } }', '$.content[*].name is "two", expected "one"'],
    ['{ values: { "$.content[?@.id == 9].name": one } }', '$.content[?@.id == 9].name is missing'],
    ['{ not: { values: { "$.content[?@.id == ${id}]": { exists: true } } } }', 'answer/forbidden-content'],
  ])('is not: %s', async (expected, message) => {
    expect(await judge(expected)).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    '{ values: { "$.content[?": one } }',
    '{ json: { content: { $values: { "$[?": one } } } }',
    '{ not: { values: { "$.a b": 1 } } }',
  ])('is refused with a path that is not valid: %s', async expected => {
    await expect(judge(expected)).rejects.toThrow('is not a JSON path');
  });
});

describe('an answer that is hard to read', () => {
  const big = '9007199254740993';

  test.each([
    ['deep JSON', 'application/json', '['.repeat(5000), '{ get: /, expect: { json: {} } }', 'answer/invalid-json'],
    [
      'a deep capture',
      'application/json',
      `${'['.repeat(5000)}${']'.repeat(5000)}`,
      '{ get: /, capture: { a: "$[0]" } }',
      'smoke/capture-not-found',
    ],
  ])('%s is a wrong answer, not an error of the gate', async (_what, type, body, step, code) => {
    const odd = await serve((_request, response) => void response.setHeader('content-type', type).end(body));
    const report = await smoke(odd.url, `flows:\n  a: [${step}]`);
    await odd.stop();
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([expect.stringContaining(code)]);
  });

  test('a large id is captured and sent on as it came', async () => {
    const odd = await serve((_request, response) => {
      response.setHeader('content-type', 'application/json').end(`{"id":${big},"list":[${big}]}`);
    });
    const section = `flows:
  a:
    - { get: /, expect: { values: { $.id: "${big}" }, json: { list: ["${big}"] }, schema: { properties: { id: { type: integer } } } }, capture: { id: $.id, n: { json: $.id, as: number } } }
    - { get: "/items/\${id}/\${n}", expect: { json: { id: "\${id}" }, values: { "$.list": { contains: "\${id}" } } } }`;
    const report = await smoke(odd.url, section);
    await odd.stop();
    expect(seenIn(report)).toEqual([]);
    expect(odd.asked.at(-1)).toBe(`GET /items/${big}/${big}`);
  });

  test('a link in HTML is captured without its entities', async () => {
    const odd = await serve((_request, response) => {
      response.setHeader('content-type', 'text/html').end('<a href="/in?a=1&amp;b=2">in</a>');
    });
    const report = await smoke(
      odd.url,
      'flows:\n  a:\n    - { get: /, capture: { link: { text: \'href="([^"]+)"\' } } }\n    - { get: "${link}" }',
    );
    await odd.stop();
    expect(seenIn(report)).toEqual([]);
    expect(odd.asked.at(-1)).toBe('GET /in?a=1&b=2');
  });

  test.each(['content-length', 'Expect'])('a header that the gate sets is refused in the plan: %s', async name => {
    await expect(smoke('http://127.0.0.1:1', `flows:\n  a: [{ get: /, headers: { ${name}: "1" } }]`)).rejects.toThrow(
      'which the gate sets itself',
    );
  });
});
