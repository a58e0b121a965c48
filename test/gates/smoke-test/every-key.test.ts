import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { kinds } from '../../../src/config/schema/smoke/steps/index.ts';
import { testContext } from '../../support/context.ts';
import { bodyOf, type RunningServer, seenIn, serve, smoke } from './support.ts';

/** What a run showed: its findings, what the servers were asked, and the steps that were taken. */
let shown: string[] = [];
let server: RunningServer;
let other: RunningServer;
const sockets: WebSocketServer[] = [];

const answer: RequestListener = async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const body = await bodyOf(request);
  shown.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)} ${body}`);
  response.setHeader('access-control-allow-origin', 'https://app.example.com');
  if (url.pathname === '/slow') await new Promise(resolve => setTimeout(resolve, 150));
  if (url.pathname === '/guarded') response.statusCode = request.headers.authorization === 'Bearer ok' ? 200 : 401;
  if (url.pathname === '/bad' || body === 'made up') response.statusCode = 400;
  if (url.pathname === '/away') return void response.writeHead(302, { location: '/' }).end();
  if (url.pathname === '/events') {
    response.setHeader('content-type', 'text/event-stream');
    return void response.end('data: {"n":1}\n\ndata: {"n":2}\n\n');
  }
  response.setHeader('content-type', 'application/json');
  response.end('{"data":{"a":1},"id":7}');
};

beforeAll(async () => {
  [server, other] = await Promise.all([serve(answer), serve(answer)]);
  for (const each of [server, other]) {
    const listening = new WebSocketServer({ server: each.server, handleProtocols: () => 'spoken' });
    sockets.push(listening);
    listening.on('connection', (client, request) => {
      shown.push(`GET ${request.url} ${JSON.stringify(request.headers)} `);
      client.send('{"n":1}');
      client.on('message', message => {
        shown.push(`sent ${message}`);
        client.send('{"n":2}');
        if (String(message) === 'leave') client.close(4401);
      });
    });
  }
});
afterAll(async () => {
  for (const { clients } of sockets) for (const client of clients) client.terminate();
  await Promise.all([server.stop(), other.stop()]);
});

async function run(step: string, before = ''): Promise<string> {
  shown = [];
  const context = testContext({ variables: { PATH: process.env.PATH, HOME: '/' } });
  const others = [`other: { platform: fly, app: other, url: "${other.url}" }`];
  const section = `service: api\nshared: { part: { parameters: { x: preset }, steps: [{ get: "/part-\${x}" }] } }
flows:\n  a:\n${before}    - ${step}\n    - { get: "/?captured=\${c}", if: "\${c}" }`;
  // A name that no step captures would be refused: each step captures one, unless the key under test is another.
  const whole = step.includes('capture') ? section : section.replace(/\n[^\n]*captured=[^\n]*$/, '');
  const report = await smoke(server.url, whole, context, { others });
  const steps = report.taken.map(({ title, detail }) => `took ${title}: ${detail}`);
  return [report.verdict, ...seenIn(report), ...shown, ...steps, ...context.logged].join('\n');
}

/** The same, for a plan that may be refused. */
function show(step: string, before = ''): Promise<string> {
  return run(step, before).catch((error: Error) => `refused: ${error.message}`);
}

/** A step of each kind that asks a service over HTTP, and passes. */
const asking: Record<string, (path: string) => string> = {
  cors: path => `cors: ${path}, allowed: ["https://app.example.com"], refused: []`,
  'error-envelope': path => `error-envelope: ${path}, expect: {}, body: made up`,
  graphql: path => `graphql: ${path}, document: "{ a }"`,
  http: path => `get: ${path}`,
  'rate-limit': path => `rate-limit: ${path}, allowed: 1, requests: 2`,
  'security-headers': path => `security-headers: ${path}`,
  sse: path => `sse: ${path === '/' ? '/events' : path}`,
  unauthenticated: path => `unauthenticated: [${path === '/' ? '/guarded' : path}]`,
  websocket: path => `websocket: ${path}`,
};

/** The keys of every step that asks, each with what it must show. */
const common: [key: string, value: string, shows: RegExp][] = [
  ['headers', '{ x-key: here }', /"x-key":"here"/],
  ['query', '{ q: here }', /\?q=here/],
  ['bearer', 'made-up', /"authorization":"Bearer made-up"/],
];

describe.each(Object.keys(asking))('of %s', kind => {
  const has = ([key]: [string, ...unknown[]]) => key in kinds[kind as keyof typeof kinds].schema.shape;

  test.each(common.filter(has))('%s: %s shows', async (key, value, shows) => {
    expect(await run(`{ ${asking[kind]?.('/')}, ${key}: ${value} }`)).toMatch(shows);
  });

  test('service asks another, and timeout ends the wait', async () => {
    await run(`{ ${asking[kind]?.('/')}, service: other, if: "\${HOME}" }`);
    expect(other.asked.length + shown.length).toBeGreaterThan(0);
    expect(shown.join('')).toContain(`"host":"${new URL(other.url).host}"`);
    if (kind === 'websocket') return; // the upgrade does not wait in this server
    expect(await run(`{ ${asking[kind]?.('/slow')}, timeout: 20ms }`)).toMatch(/timed out|within 20 ms/);
  });
});

/** The keys of every step, with what they must show. They do not depend on the kind. */
const ofEvery: [key: string, step: string, shows: RegExp][] = [
  ['as-user', '{ get: /, as-user: bob, capture: { c: $.id } }', /Known here: environment, commit, bob\.c/],
  ['name', '{ get: /, name: greets }', /took greets: 200/],
  ['if', '{ get: /, if: { value: "${HOME}", is: nobody } }', /took GET \/: skipped/],
  ['for-each', '{ get: "/${x}", for-each: { x: [a, b] } }', /GET \/a .*\n.*GET \/b /],
  ['repeat', '{ get: "/${round}", repeat: 2 }', /GET \/1 .*\n.*GET \/2 /],
  ['retry', '{ get: /bad, retry: { times: 1, every: 1ms, because: it may } }', /Retrying a, step 1 .*it may.*\n/],
];

/** The other keys of each kind: a step whose outcome shows the key. */
const own: [kind: string, key: string, step: string, shows: RegExp, before?: string][] = [
  ['cors', 'allowed', 'cors: /, allowed: ["https://nobody.example"]', /does not allow https:\/\/nobody/],
  [
    'cors',
    'refused',
    'cors: /, allowed: ["https://app.example.com"], refused: ["https://app.example.com"]',
    /allows the foreign/,
  ],
  ['cors', 'method', 'cors: /, allowed: ["https://app.example.com"], method: delete', /lacks DELETE/],
  [
    'cors',
    'credentials',
    'cors: /, allowed: ["https://app.example.com"], credentials: true',
    /allow-credentials is not true/,
  ],
  ['error-envelope', 'method', 'error-envelope: /bad, expect: {}, method: put', /PUT \/bad/],
  ['error-envelope', 'json', 'error-envelope: /bad, expect: {}, method: post, json: { j: 1 }', /\{"j":1\}/],
  ['error-envelope', 'body', 'error-envelope: /bad, expect: {}, method: post, body: text', /\} text/],
  ['error-envelope', 'status', 'error-envelope: /bad, expect: {}, status: [404]', /answered 400, expected 404/],
  ['error-envelope', 'expect', 'error-envelope: /bad, expect: { id: 8 }', /expected 8/],
  ['graphql', 'document', 'graphql: /, document: "{ b }"', /\{ b \}/],
  ['graphql', 'variables', 'graphql: /, document: "{ a }", variables: { v: 1 }', /"variables":\{"v":1\}/],
  ['graphql', 'operation', 'graphql: /, document: "query q { a }", operation: q', /"operationName":"q"/],
  ['graphql', 'expect', 'graphql: /, document: "{ a }", expect: { data: { a: 2 } }', /expected 2/],
  ['graphql', 'within', 'graphql: /slow, document: "{ a }", within: 20ms', /too-slow|within 20 ms/],
  ['graphql', 'capture', 'graphql: /, document: "{ a }", capture: { c: $.id }', /captured=7/],
  ['http', 'json', 'post: /, json: { j: 1 }', /\{"j":1\}/],
  ['http', 'form', 'post: /, form: { f: 1 & 2 }', /f=1\+%26\+2/],
  ['http', 'multipart', 'post: /, multipart: { m: part }', /name="m"/],
  ['http', 'body', 'post: /, body: text', /\} text/],
  ['http', 'basic', 'get: /, basic: { username: u, password: p }', /"authorization":"Basic dTpw"/],
  [
    'http',
    'client-certificate',
    'get: "https://127.0.0.1:9/", client-certificate: { certificate: no, key: no }',
    /PEM|start line|certificate/,
  ],
  ['http', 'follow', 'get: /away, follow: 1', /after 1 redirect/],
  ['http', 'origins', 'get: /, origins: ["https://example.com"]', /refused: .*follow/],
  ['http', 'within', 'get: /slow, within: 20ms', /too-slow/],
  ['http', 'expect', 'get: /, expect: { json: { id: 8 } }', /expected 8/],
  ['http', 'compare-with', 'get: /, compare-with: previous', /nothing-to-compare/],
  ['http', 'ignore', 'get: /, ignore: [$.id]', /refused: .*compare-with/],
  ['http', 'capture', 'get: /, capture: { c: $.id }', /captured=7/],
  ['idempotent', 'same', 'idempotent: { post: / }, same: [$.no]', /lack \$\.no/],
  ['listen', 'send', 'listen: w, send: hi', /sent hi/, '{ websocket: /, as: w }'],
  ['listen', 'expect', 'listen: w, expect: { n: 3 }, timeout: 200ms', /no message matched/, '{ websocket: /, as: w }'],
  [
    'listen',
    'timeout',
    'listen: w, expect: { n: 3 }, timeout: 200ms',
    /gave up after \d+ ms/,
    '{ websocket: /, as: w }',
  ],
  [
    'listen',
    'expect-all',
    'listen: w, send: hi, expect-all: [{ n: 2 }, { n: 1 }], timeout: 200ms',
    /no message/,
    '{ websocket: /, as: w }',
  ],
  [
    'listen',
    'any-order',
    'listen: w, send: hi, expect-all: [{ n: 2 }, { n: 1 }], any-order: true',
    /^passed/,
    '{ websocket: /, as: w }',
  ],
  ['listen', 'expect-none', 'listen: w, expect-none: { n: 1 }, within: 50ms', /unwanted/, '{ websocket: /, as: w }'],
  ['listen', 'capture', 'listen: w, capture: { c: $.n }', /captured=1/, '{ websocket: /, as: w }'],
  ['listen', 'within', 'listen: w, expect-none: { n: 9 }, within: 10ms', /within 10 ms/, '{ websocket: /, as: w }'],
  ['listen', 'closes', 'listen: w, send: leave, closes: 4402', /closed with 4401/, '{ websocket: /, as: w }'],
  ['rate-limit', 'method', 'rate-limit: /, allowed: 1, requests: 2, method: put', /PUT \//],
  ['rate-limit', 'json', 'rate-limit: /, allowed: 1, requests: 2, method: post, json: { j: 1 }', /\{"j":1\}/],
  ['rate-limit', 'allowed', 'rate-limit: /, allowed: 2, requests: 3', /though 2 are allowed/],
  ['rate-limit', 'requests', 'rate-limit: /, allowed: 1, requests: 3', /none of 3 requests/],
  [
    'rate-limit',
    'recovers-within',
    'rate-limit: /, allowed: 1, requests: 2, recovers-within: 1s',
    /none of 2 requests/,
  ],
  ['run', 'directory', 'run: pwd, directory: nowhere', /runs in nowhere/],
  ['run', 'env', 'run: "echo $E", env: { E: here }', /│ here/],
  ['run', 'timeout', 'run: sleep 9, timeout: 20ms', /did not end within 20 ms/],
  ['run', 'capture', 'run: echo 7, capture: { c: { text: ".+" } }', /captured=7/],
  [
    'security-headers',
    'require',
    'security-headers: /, require: [nosniff]',
    /a, step 1 \(security-headers \/\): x-content-type-options is/,
  ],
  ['sse', 'as', 'sse: /events, as: s', /^passed/],
  ['sse', 'expect', 'sse: /events, expect: { data: { n: 3 } }', /no message matched/],
  ['sse', 'expect-all', 'sse: /events, expect-all: [{ data: { n: 2 } }, { data: { n: 1 } }]', /no message/],
  [
    'sse',
    'any-order',
    'sse: /events, expect-all: [{ data: { n: 2 } }, { data: { n: 1 } }], any-order: true',
    /^passed/,
  ],
  ['sse', 'expect-none', 'sse: /events, expect-none: { data: { n: 2 } }, within: 50ms', /unwanted/],
  ['sse', 'capture', 'sse: /events, capture: { c: $.data.n }', /captured=1/],
  ['sse', 'within', 'sse: /slow, within: 20ms', /event-stream|within/],
  ['unauthenticated', 'token', 'unauthenticated: [/guarded], token: no', /also answered 401 to the valid token/],
  ['unauthenticated', 'expired', 'unauthenticated: [/guarded], expired: ok', /200 to an expired token/],
  [
    'unauthenticated',
    'signing-secret',
    'unauthenticated: [/guarded], token: no, signing-secret: x',
    /wrong-signing-secret/,
  ],
  ['unauthenticated', 'status', 'unauthenticated: [/guarded], status: [403]', /expected 403/],
  [
    'unauthenticated',
    'headers',
    'unauthenticated: [/guarded], headers: { Authorization: x }',
    /refused: .*`token` instead/,
  ],
  ['unauthenticated', 'bearer', 'unauthenticated: [/guarded], bearer: x', /refused: .*bearer/],
  ['use', 'with', 'use: part, with: { x: given }', /GET \/part-given/],
  ['wait-until', 'every', 'wait-until: { get: /bad }, every: 1ms, within: 400ms', /Gave up after ([2-9]|\d{2,}) tries/],
  ['wait-until', 'within', 'wait-until: { get: /bad }, every: 20ms, within: 10ms', /Gave up after 1 try/],
  ['websocket', 'as', 'websocket: /, as: w', /^passed/],
  ['websocket', 'protocols', 'websocket: /, protocols: [other]', /none of the subprotocols other/],
  ['websocket', 'refused', 'websocket: /, refused: 401', /expected the service to refuse it with 401/],
  ['websocket', 'send', 'websocket: /, send: hi, expect: { n: 2 }', /sent hi/],
  ['websocket', 'expect', 'websocket: /, expect: { n: 3 }, timeout: 200ms', /no message matched/],
  ['websocket', 'timeout', 'websocket: /, expect: { n: 3 }, timeout: 200ms', /gave up after \d+ ms/],
  ['websocket', 'expect-all', 'websocket: /, send: hi, expect-all: [{ n: 2 }, { n: 1 }], timeout: 200ms', /no message/],
  ['websocket', 'any-order', 'websocket: /, send: hi, expect-all: [{ n: 2 }, { n: 1 }], any-order: true', /^passed/],
  ['websocket', 'expect-none', 'websocket: /, expect-none: { n: 1 }, within: 50ms', /unwanted/],
  ['websocket', 'capture', 'websocket: /, capture: { c: $.n }', /captured=1/],
  ['websocket', 'within', 'websocket: /, expect-none: { n: 9 }, within: 10ms', /within 10 ms/],
  ['websocket', 'closes', 'websocket: /, send: leave, closes: 4402', /closed with 4401/],
];

test.each(ofEvery)('of every step: %s', async (_key, step, shows) => expect(await show(step)).toMatch(shows));

test.each(own)('of %s: %s', async (...row) => {
  const [, , step, shows, before] = row;
  const first = before === undefined ? '' : `    - ${before}\n`;
  expect(await show(`{ ${step} }`, first)).toMatch(shows);
});

/** What has no effect where it stands is refused. */
test.each([
  ['wait-until: { get: /, repeat: 2 }', 'repeat'],
  ['wait-until: { get: /, if: "${HOME}" }', 'if'],
  ['idempotent: { post: /, retry: { times: 1, because: x } }, same: [$.id]', 'retry'],
  ['idempotent: { get: /, compare-with: previous }, same: [$.id]', 'compare-with'],
  ['websocket: /, refused: 401, expect-none: { a: 1 }', 'expect-none'],
  ['websocket: /, any-order: true', 'any-order'],
])('%s is refused', async (step, key) => {
  await expect(run(`{ ${step} }`)).rejects.toThrow(`\`${key}\``);
});

/** Steps with a server of their own, and steps whose only keys select and wrap: other tests show their keys. */
const elsewhere: Record<string, string> = {
  oauth: 'oauth.test.ts',
  queue: 'behind.test.ts',
  set: 'set.test.ts and values/make.test.ts',
  redis: 'behind.test.ts',
  sql: 'behind.test.ts',
  'https-redirect': 'security.test.ts',
  injection: 'security.test.ts',
};

test('every key of every step is in these tables', () => {
  const known = new Set([...own.map(([kind, key]) => `${kind}.${key}`)]);
  const shared = new Set([...common.map(([key]) => key), ...ofEvery.map(([key]) => key)]);
  const missing = Object.entries(kinds).flatMap(([kind, { form, schema }]) => {
    if (kind in elsewhere) return [];
    const selects: readonly string[] = 'keys' in form ? form.keys : [kind];
    return Object.keys(schema.shape)
      .filter(key => !selects.includes(key) && !(kind in asking && [...shared, 'service', 'timeout'].includes(key)))
      .filter(key => !ofEvery.some(([each]) => each === key) && !known.has(`${kind}.${key}`))
      .map(key => `${kind}.${key}`);
  });
  expect(missing).toEqual([]);
});
