import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { testContext } from '../../support/context.ts';
import { bodyOf, type RunningServer, seenIn, serve, smoke } from './support.ts';

const webhookSecret = 'made up for the webhook of this test';

/** A service with sessions, tenants, slow jobs, quotes and a webhook: what the journeys of the checklist go through. */
let service: RunningServer;
/** The other product, which shows what a tenant may use. */
let product: RunningServer;
let sockets: WebSocketServer;
/** What is wrong with it at the moment. */
let fault = '';

interface Job {
  left: number;
  status: string;
}

const jobs = new Map<string, Job>();
const audit: { action: string; visibleAfter: number }[] = [];
const entitlements = new Map<string, string[]>();
let session = { user: '', as: '' };

beforeAll(async () => {
  service = await serve(answer);
  sockets = new WebSocketServer({ noServer: true });
  service.server.on('upgrade', (request, socket, head) => {
    if (fault === 'edge-does-not-upgrade') {
      socket.end('HTTP/1.1 200 OK\r\nage: 120\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, client =>
      client.on('message', () => client.send(JSON.stringify({ event: 'pong', at: new Date() }))),
    );
  });
  product = await serve((request, response) => {
    const tenant = request.url?.split('/')[2] ?? '';
    const features = fault === 'entitlement-does-not-arrive' ? [] : (entitlements.get(tenant) ?? []);
    json(response, 200, { tenant, features });
  });
});
afterAll(async () => {
  sockets.close();
  await Promise.all([service.stop(), product.stop()]);
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  const path = request.url ?? '/';
  const sent = body === '' ? {} : JSON.parse(body);
  const call = `${request.method} ${path}`;
  const isIn = request.headers.cookie?.includes('session=one') && fault !== 'session-is-lost';
  if (call === 'POST /sign-in') {
    session = { user: sent.user, as: '' };
    response.setHeader('set-cookie', 'session=one; Path=/; HttpOnly; SameSite=Lax');
    return json(response, 200, { user: sent.user });
  }
  if (call === 'GET /health') return json(response, 200, { status: 'ok' });
  if (call === 'POST /webhooks/payment') {
    const signature = createHmac('sha256', webhookSecret).update(body).digest('hex');
    return json(response, request.headers['x-signature'] === signature ? 202 : 401, {});
  }
  if (call === 'POST /projection') {
    const months = fault === 'rounds-wrongly' ? sent.months - 1 : sent.months;
    return json(response, 200, { total: Number((sent.principal * (1 + sent.rate / 12) ** months).toFixed(2)) });
  }
  if (!isIn) return json(response, 401, { error: 'UNAUTHENTICATED' });
  if (call === 'GET /me') return json(response, 200, { user: session.as || session.user });
  if (call === 'POST /impersonation') session.as = sent.user;
  if (call === 'DELETE /impersonation' && fault !== 'impersonation-stays') session.as = '';
  if (call === 'POST /impersonation') audit.push({ action: `impersonation of ${sent.user}`, visibleAfter: 3 });
  if (call.endsWith('/impersonation')) return json(response, 200, {});
  if (call === 'GET /audit') {
    const visible = fault === 'audit-is-lost' ? [] : audit.filter(entry => entry.visibleAfter-- <= 0);
    return json(response, 200, { entries: visible.map(({ action }) => ({ action })) });
  }
  if (call === 'POST /tenants') {
    entitlements.set(sent.name, sent.features);
    return json(response, 201, { id: sent.name });
  }
  if (call === 'POST /jobs') {
    jobs.set('7', { left: 3, status: 'running' });
    return json(response, 202, { id: '7' });
  }
  if (call === 'POST /quotes') return json(response, 201, { id: 'q1', amount: sent.amount });
  const job = jobs.get(path.split('/')[2] ?? '');
  if (job === undefined) return json(response, 404, {});
  if (request.method === 'DELETE') job.status = 'cancelling';
  else if (job.status === 'cancelling' && fault !== 'job-goes-on' && --job.left <= 0) job.status = 'cancelled';
  return json(response, 200, job);
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

const signIn = '- { post: /sign-in, json: { user: admin }, expect: { cookies: [{ name: session, http-only: true }] } }';

const journeys: Record<string, string> = {
  session: `${signIn}
- { get: /me, expect: { json: { user: admin } } }
- { get: /me, expect: { json: { user: admin } } }`,
  impersonation: `${signIn}
- { post: /impersonation, json: { user: customer } }
- { get: /me, expect: { json: { user: customer } } }
- { delete: /impersonation }
- { get: /me, expect: { json: { user: admin } } }
- wait-until: { get: /audit, expect: { json: { entries: [{ action: impersonation of customer }] } } }
  every: 10ms
  within: 500ms`,
  job: `${signIn}
- { post: /jobs, expect: { status: 202 }, capture: { job: $.id } }
- { delete: "/jobs/\${job}" }
- { wait-until: { get: "/jobs/\${job}", expect: { json: { status: cancelled } } }, every: 10ms, within: 500ms }`,
  entitlement: `${signIn}
- { post: /tenants, json: { name: acme, features: [reports] }, expect: { status: 201 }, capture: { tenant: $.id } }
- wait-until: { get: "/tenants/\${tenant}", service: product, expect: { json: { features: [reports] } } }
  every: 10ms
  within: 500ms`,
  projection: `- post: /projection
  json: { principal: 1000, rate: 0.06, months: 12 }
  expect: { exactly: { total: 1061.68 } }`,
  edge: `- { get: /health, expect: { not: { headers: { age: { exists: true } } } } }
- websocket: /ws
  send: { event: ping }
  expect: { event: pong }`,
  quote: `- unauthenticated: [/me, { post: /quotes, json: { amount: 5 } }]
- { get: /health, expect: { json: { status: ok } } }
- { post: /webhooks/payment, json: { paid: true }, expect: { status: 401 } }
- post: /webhooks/payment
  json: { paid: true }
  headers: { x-signature: "\${WEBHOOK_SIGNATURE}" }
  expect: { status: 202 }
${signIn}
- { post: /quotes, json: { amount: 5 }, expect: { status: 201, json: { id: q1, amount: 5 } } }`,
};

function take(name: string, broken = '') {
  fault = broken;
  jobs.clear();
  audit.length = 0;
  const signature = createHmac('sha256', webhookSecret).update('{"paid":true}').digest('hex');
  const steps = journeys[name]?.replace(/^/gm, '      ') ?? '';
  // The other product is a service of the same release.
  const section = `service: api\nflows:\n  ${name}:\n    steps:\n${steps}`;
  return smoke(service.url, section, testContext({ variables: { WEBHOOK_SIGNATURE: signature } }), {
    others: [`product: { platform: fly, app: product, url: "${product.url}" }`],
  });
}

/** Rows of the operators' checklist, one for each journey. */
describe('a journey of a user', () => {
  test.each([
    ['session', 'G10'],
    ['impersonation', 'G10'],
    ['job', 'G10'],
    ['entitlement', 'G11'],
    ['projection', 'R12'],
    ['edge', 'P8'],
    ['quote', 'V12'],
  ])('%s passes on a healthy service (%s)', async name => {
    expect(seenIn(await take(name))).toEqual([]);
  });

  test.each([
    ['session', 'G10', 'session-is-lost', 'answer/wrong-status', 'step 2'],
    ['impersonation', 'G10', 'impersonation-stays', 'answer/wrong-json', 'step 5'],
    ['impersonation', 'G10', 'audit-is-lost', 'answer/wrong-json', 'step 6'],
    ['job', 'G10', 'job-goes-on', 'answer/wrong-json', 'step 4'],
    ['entitlement', 'G11', 'entitlement-does-not-arrive', 'answer/wrong-json', 'step 3'],
    ['projection', 'R12', 'rounds-wrongly', 'answer/wrong-json', 'step 1'],
    ['edge', 'P8', 'edge-does-not-upgrade', 'smoke/websocket-refused', 'step 2'],
  ])('%s (%s) fails where %s', async (name, _row, broken, code, step) => {
    const report = await take(name, broken);
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([expect.stringContaining(`${name}, ${step}`)]);
    expect(seenIn(report)[0]).toContain(code);
  });

  test('of strangers is refused, or reported (V12)', async () => {
    const report = await smoke(service.url, 'flows:\n  a: [{ unauthenticated: [/health] }]');
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)[0]).toContain('smoke/unauthenticated-accepted');
  });
});
