import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { smokeTest } from '../../../src/gates/smoke-test/gate.ts';
import { planSmoke } from '../../../src/gates/smoke-test/plan/plan.ts';
import { parseConfiguration } from '../../support/configuration.ts';
import { testContext } from '../../support/context.ts';
import { seenIn } from './support.ts';

/** A service whose routes break in different ways, and what it was asked. */
let asked: string[] = [];
let isDown = false;
let drops = 0;
const sockets = new Set<Socket>();

const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  if (request.url === '/login') isDown = true; // as if the process had ended
  if (isDown || request.url === '/route' || (request.url === '/flaky' && drops-- > 0)) return void request.destroy();
  if (request.url === '/hang') return;
  response.end('{}');
});
server.on('connection', socket => sockets.add(socket));

async function run(step: string, { probe = '', variables = {} as Record<string, string> } = {}) {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const text = `services:\n  api: { platform: fly, app: api, url: "${url}" }\n${probe}
smoke:\n  flows:\n    a:\n      - ${step.replaceAll('URL', url)}`;
  const config = parseConfiguration(text, { path: 'release-gates.yml', environment: '', commit: '' });
  const context = testContext({ variables });
  return smokeTest(planSmoke(config, { flows: [], tags: [] }, context), context);
}

afterEach(async () => {
  [asked, isDown, drops] = [[], false, 0];
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise(resolve => server.close(resolve));
});

const probe = 'probe:\n  api:\n    ready: { get: /ready }';

test.each([
  ['its probe', probe, /login.* Then api was asked, and its probe api.ready found: GET \S+\/ready gave no answer/],
  ['its address', '', /login.* Then api was asked, and GET \S+\/ gave no answer/],
])('a service that dies under a request has failed, as %s shows', async (_what, probes, message) => {
  const report = await run('{ post: /login }', { probe: probes });
  expect(report.verdict).toBe('failed');
  expect(report.headline).toBe('0 of 1 flow passed; 1 got no answer over the network.');
  expect(seenIn(report)).toEqual([expect.stringMatching(/^smoke\/service-down /)]);
  expect(seenIn(report)).toEqual([expect.stringMatching(message)]);
});

test.each([
  ['get: /route', ['GET /route', 'GET /ready', 'GET /route'], 'when repeated, though api is ready'],
  ['get: /hang, timeout: 100ms', ['GET /hang', 'GET /ready', 'GET /hang'], 'when repeated, though api is ready'],
  ['post: /route', ['POST /route', 'GET /ready'], 'api itself is ready'],
  ['wait-until: { get: /route }, within: 20ms, every: 10ms', undefined, 'api'],
  ['cors: /route, allowed: ["https://app.example.com"]', ['GET /route', 'GET /ready'], 'api itself is ready'],
])('a route that alone never answers has failed: %s', async (step, requests, message) => {
  const report = await run(`{ ${step} }`, { probe });
  expect(report.verdict).toBe('failed');
  expect(seenIn(report)).toEqual([expect.stringContaining(message)]);
  expect(seenIn(report)).toEqual([expect.stringMatching(/^smoke\/never-answers /)]);
  if (requests) expect(asked).toEqual(requests);
});

test('an answer that came when the request was repeated is a warning', async () => {
  drops = 1;
  const report = await run('{ get: /flaky }');
  expect(report.verdict).toBe('passed');
  expect(seenIn(report)).toEqual([expect.stringContaining('smoke/answered-again')]);
});

test('a runner without a network says nothing about the release', async () => {
  const report = await run('{ post: /login }', { probe, variables: { GITHUB_API_URL: 'http://127.0.0.1:9/' } });
  expect(report.verdict).toBe('error');
  expect(seenIn(report)).toEqual([
    expect.stringContaining('network/connection-lost'),
    expect.stringContaining('probe/runner-offline'),
  ]);
});

test('a silent host that is not a service says nothing about the release', async () => {
  const report = await run('{ get: "http://127.0.0.1:9/" }', { probe });
  expect(report.verdict).toBe('error');
  expect(asked).toEqual([]);
});
