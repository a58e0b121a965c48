import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { listen, stopServer } from './listen.ts';
import { type RunningProcess, startProcess } from './process.ts';

let running: RunningProcess | undefined;
afterEach(() => running?.stop());

const upgrade = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: any\r\n\r\nand more';

/** A client that sends something which is never read, and leaves: the server does not hear of that. */
async function leaveUnheard(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const client = connect(Number(port), hostname);
  await once(client, 'connect');
  await new Promise<void>(resolve => client.end(upgrade, resolve));
  client.destroy();
}

test('a process ends though it leaves a server open, with a connection that nobody read to its end', async () => {
  const script = `
    import { once } from 'node:events';
    import { connect, createServer } from 'node:net';
    import { listen } from './test/support/listen.ts';
    const server = createServer(() => {});
    const { hostname, port } = new URL(await listen(server));
    const client = connect(Number(port), hostname);
    await once(client, 'connect');
    client.end('hello', () => client.destroy());`;
  running = await startProcess(process.execPath, ['--no-warnings', '--input-type=module', '-e', script]);
  expect(await running.exited).toBe(0);
});

test.each([
  ['TCP', () => createServer({ allowHalfOpen: true }, () => {})],
  ['HTTP, upgraded', () => createHttpServer().on('upgrade', () => {})],
])('a server stops, though a client has left whom it never heard to the end: %s', async (_, make) => {
  const server = make();
  await leaveUnheard(await listen(server));
  await stopServer(server);
  expect(server.listening).toBe(false);
});

test('a server that never listened, or was stopped before, is stopped already', async () => {
  const server = createServer();
  await stopServer(server);
  await listen(server);
  await stopServer(server);
  await stopServer(server);
  expect(server.listening).toBe(false);
});
