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
    ['{ values: { $.content: { contains-exactly: { id: 2 } } } }', 'answer/wrong-json'],
    ['{ values: { "$.content[*].name": one } }', '$.content[*].name is "two", expected "one"'],
    ['{ values: { "$.content[?@.id == 9].name": one } }', '$.content[?@.id == 9].name is missing'],
    ['{ not: { values: { "$.content[?@.id == ${id}]": { exists: true } } } }', 'answer/forbidden-content'],
  ])('is not: %s', async (expected, message) => {
    expect(await judge(expected)).toEqual([expect.stringContaining(message)]);
  });

  test.each(['{ values: { "$.content[?": one } }', '{ not: { values: { "$.a b": 1 } } }'])(
    'is refused with a path that is not valid: %s',
    async expected => {
      await expect(judge(expected)).rejects.toThrow('is not a JSON path');
    },
  );
});
