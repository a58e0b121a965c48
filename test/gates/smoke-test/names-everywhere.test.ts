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
  ['a default of a parameter', '{ use: part }', '/echo?value=1'],
  ['the reason of a retry', '{ get: /me, retry: { times: 1, because: "${x}" } }', ''],
  [
    'a value of a header',
    '{ get: /me, expect: { headers: { content-type: { matches: "^application/(json|${x})" } } } }',
    '',
  ],
  ['a condition', '{ get: /me, if: { value: "${x}", is: { $matches: "^${x}$" } } }', ''],
  ['an item of for-each', '{ post: "/echo?${each}", for-each: { each: ["${x}"] } }', '/echo?value'],
  ['an exact body', '{ get: /me, expect: { exactly: { x: "${x}", named: { "${x}": 1 } } } }', ''],
  ['what must not be', '{ get: /me, expect: { not: { json: { x: "not ${x}" } } } }', ''],
  ['an alternative', '{ get: /me, expect: { any-of: [{ text: "not ${x}" }, { text: "${x}" }] } }', ''],
  ['a documented error', '{ error-envelope: /bad, expect: { error: "${x}" } }', ''],
  ['an origin that may call', '{ cors: /cors, allowed: ["https://${x}.example"], refused: [] }', ''],
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
    if (request.url === '/bad') return void response.writeHead(400).end('{"error":"value"}');
    if (request.url === '/cors') response.setHeader('access-control-allow-origin', 'https://value.example');
    arrived = `${request.url} ${await bodyOf(request)}`;
    for (const [name, value] of Object.entries(request.headers)) arrived += `\n${name}: ${value}`;
    response.end('{"errors":[{"message":"m"}]}');
  });
  const run = smoke(server.url, `${shared}\nflows:\n  a:\n    - { get: /me, capture: { x: $.x } }\n    - ${step}`);
  if (arrives === undefined) {
    await expect(run).rejects.toThrow(/code|JSON path/);
    expect(server.asked).toEqual([]);
  } else {
    expect(seenIn(await run)).toEqual([]);
    expect(arrived).toContain(arrives);
  }
  await server.stop();
});

const shared = `shared:
  part:
    parameters: { query: "\${x}=1" }
    steps: [{ post: "/echo?\${query}" }]`;

test.each([
  ['a capture', '{ get: /, capture: { id: { text: "for ${word}: (\\\\d+)" } } }'],
  ['a rule of expected values', '{ get: /, expect: { values: { $.text: { matches: "^for ${word}:" } } } }'],
  ['a rule of expected JSON', '{ get: /, expect: { json: { text: { $matches: "^for ${word}:" } } } }'],
  ['an escaped name', '{ get: /, expect: { values: { $.price: { matches: "^$${7|7$" } } } }'],
])('a value in the expression of %s is text, not syntax', async (_what, step) => {
  const server = await serve((_, response) => void response.end('{"word":"a+(b","text":"for a+(b: 7","price":"7"}'));
  const section = `flows:\n  a:\n    - { get: /, capture: { word: $.word } }\n    - ${step}`;
  expect(seenIn(await smoke(server.url, section))).toEqual([]);
  await server.stop();
});

test.each(['headers: { x-for: "${nobody}" }', 'protection-bypass: "${nobody}"'])(
  'a name outside the flows that nothing defines is refused: %s',
  async line => {
    const section = `${line}\nflows:\n  a: [{ get: / }]`;
    await expect(smoke('http://127.0.0.1:1', section)).rejects.toThrow('${nobody}, which is not defined');
  },
);
