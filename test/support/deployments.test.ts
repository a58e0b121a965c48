import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import WebSocket, { WebSocketServer } from 'ws';
import { type RunningDeployment, startDeployment, startDomain } from './deployments.ts';
import { crashes, keepsSilent, sampleBuild } from './sample-build.ts';

const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map(one => one.stop()));
});

async function deployment(version: string, env: Record<string, string> = {}): Promise<RunningDeployment> {
  const running = await startDeployment(sampleBuild(version), { env });
  started.push(running);
  return running;
}

async function domain(options: Parameters<typeof startDomain>[0] = {}) {
  const running = await startDomain(options);
  started.push(running);
  return running;
}

const versionAt = async (url: string) => (await fetch(`${url}/version`)).text();

describe('a deployment', () => {
  test('listens on a port of its own once it has started', async () => {
    const [one, two] = await Promise.all([deployment('one'), deployment('two')]);
    expect(await versionAt(one.url)).toBe('one');
    expect(await versionAt(two.url)).toBe('two');
  });

  test('sees its own environment and not that of the test', async () => {
    process.env.NOT_FOR_DEPLOYMENTS = 'secret';
    const { url } = await deployment('one', { GREETING: 'hello' });
    delete process.env.NOT_FOR_DEPLOYMENTS;
    const env = await (await fetch(`${url}/env`)).json();
    expect(env).toMatchObject({ GREETING: 'hello', VERSION: 'one' });
    expect(env).not.toHaveProperty('NOT_FOR_DEPLOYMENTS');
  });

  test('that crashes at start is rejected with what it wrote', async () => {
    await expect(startDeployment(crashes('no such table: users'))).rejects.toThrow('no such table: users');
  });

  test('that never listens is rejected and ended', async () => {
    await expect(startDeployment(keepsSilent(), { startWithin: 50 })).rejects.toThrow('did not listen on its PORT');
  });

  test('reports the end of its process', async () => {
    const running = await deployment('one');
    await fetch(`${running.url}/exit?code=3`);
    expect(await running.exited).toBe(3);
    await running.stop();
  });
});

describe('a domain', () => {
  test('answers 502 while it points nowhere', async () => {
    const { url } = await domain();
    expect((await fetch(url)).status).toBe(502);
  });

  test('answers with the page of the platform when its deployment is gone', async () => {
    const gone = await deployment('one');
    await gone.stop();
    const edge = await domain({ unreachable: { status: 500, body: 'FUNCTION_INVOCATION_FAILED' } });
    edge.point(gone);
    const response = await fetch(edge.url);
    expect([response.status, await response.text()]).toEqual([500, 'FUNCTION_INVOCATION_FAILED']);
  });

  test('passes method, body, headers and several cookies through', async () => {
    const edge = await domain();
    edge.point(await deployment('one'));
    const response = await fetch(`${edge.url}/echo?a=1`, { method: 'POST', body: 'ping', headers: { 'x-one': '1' } });
    expect(await response.json()).toMatchObject({ method: 'POST', url: '/echo?a=1', body: 'ping', one: '1' });
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; Path=/']);
  });

  test('switches at once, and a request under way finishes where it began', async () => {
    const [old, next] = await Promise.all([deployment('old'), deployment('new')]);
    const edge = await domain();
    edge.point(old);
    const held = fetch(`${edge.url}/hold`);
    await fetch(`${old.url}/held`);
    edge.point(next);
    expect(await versionAt(edge.url)).toBe('new');
    await fetch(`${old.url}/release`);
    expect(await (await held).text()).toBe('old');
  });

  test('takes turns between several deployments', async () => {
    const edge = await domain();
    edge.point(await Promise.all([deployment('a'), deployment('b')]));
    expect(new Set([await versionAt(edge.url), await versionAt(edge.url)])).toEqual(new Set(['a', 'b']));
  });

  test('tunnels WebSockets', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    server.on('connection', socket => socket.on('message', data => socket.send(`echo ${String(data)}`)));
    started.push({ stop: () => new Promise(resolve => server.close(() => resolve())) });
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new TypeError('A TCP server has a port.');
    const edge = await domain();
    edge.point({ url: `http://127.0.0.1:${address.port}` });

    const socket = new WebSocket(edge.url.replace('http', 'ws'));
    const echoed = new Promise(resolve => socket.once('message', data => resolve(String(data))));
    socket.once('open', () => socket.send('hi'));
    expect(await echoed).toBe('echo hi');
    socket.terminate();
  });

  test('refuses a WebSocket while it points nowhere', async () => {
    const edge = await domain();
    const socket = new WebSocket(edge.url.replace('http', 'ws'));
    const refused = await new Promise<Error>(resolve => socket.once('error', resolve));
    expect(refused.message).toContain('502');
  });
});
