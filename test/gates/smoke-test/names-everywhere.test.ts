import { expect, test } from '@jest/globals';
import { bodyOf, seenIn, serve, smoke } from './support.ts';

/** Each has `${x}` in another place, and the text that must arrive instead of it, or the answer that it must compare with. */
test.each([
  ['a key of a JSON body', '{ post: /echo, json: { "${x}": 1 } }', '{"value":1}'],
  ['a key of a form', '{ post: /echo, form: { "a-${x}": 1b } }', 'a-value=1b'],
  ['a part of a multipart form', '{ post: /echo, multipart: { "${x}": "${x}" } }', 'name="value"'],
  ['a header name', '{ post: /echo, headers: { "x-${x}": here } }', 'x-value: here'],
  ['a parameter of the query', '{ post: /echo, query: { "${x}": "1" } }', '/echo?value=1'],
  ['a key of what is expected', '{ get: /me, expect: { json: { named: { "${x}": 1 } } } }', ''],
  [
    'a path of what is expected',
    '{ get: /me, expect: { values: { "$.named.${x}": 1, "$.named[${x}]": 1 } } }',
    undefined,
  ],
  ['a path of what is expected, as data', '{ get: /me, expect: { values: { "$.named[${x}]": 1 } } }', ''],
  ['the schema', '{ get: /me, expect: { schema: { properties: { x: { const: "${x}" } } } } }', ''],
  ['a capture', '{ get: /me, capture: { y: "$.named[${x}]" } }', ''],
  [
    'a GraphQL variable',
    '{ graphql: /echo, document: "{ a }", variables: { a: "${x}" }, expect: { errors: [{ message: m }] } }',
    '"a":"value"',
  ],
  [
    'a GraphQL operation',
    '{ graphql: /echo, document: "query value { a }", operation: "${x}", expect: { errors: [{ message: m }] } }',
    '"operationName":"value"',
  ],
  ['a GraphQL document', '{ graphql: /echo, document: "{ a(id: ${x}) }" }', undefined],
])('a name in %s is replaced, or refused before anything is sent', async (_what, step, arrives) => {
  let arrived = '';
  const server = await serve(async (request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/me') return void response.end('{"x":"value","named":{"value":1}}');
    arrived = `${request.url} ${await bodyOf(request)}`;
    for (const [name, value] of Object.entries(request.headers)) arrived += `\n${name}: ${value}`;
    response.end('{"errors":[{"message":"m"}]}');
  });
  const run = smoke(server.url, `flows:\n  a:\n    - { get: /me, capture: { x: $.x } }\n    - ${step}`);
  if (arrives === undefined) {
    await expect(run).rejects.toThrow(/code|JSON path/);
    expect(server.asked).toEqual([]);
  } else {
    expect(seenIn(await run)).toEqual([]);
    expect(arrived).toContain(arrives);
  }
  await server.stop();
});
