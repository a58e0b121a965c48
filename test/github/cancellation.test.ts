import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { onCleanUp } from '../support/clean-up.ts';
import { listen, stopServer } from '../support/listen.ts';
import { runGate, startGate } from '../support/run-built.ts';

/** Takes connections and never answers; `asked` resolves with the first request. */
async function hangingServer() {
  const server = createServer(socket => socket.on('error', () => {}));
  const asked = once(server, 'connection').then(([socket]) => once(socket, 'data').then(() => socket));
  const url = await listen(server);
  onCleanUp(() => stopServer(server));
  return { url, asked };
}

function startProbe(url: string) {
  const gate = startGate('probe', { env: { INPUT_URL: url, INPUT_TIMEOUT: '60s', INPUT_DEADLINE: '60s' } });
  onCleanUp(gate.remove);
  return gate;
}

describe('a probe that hangs', () => {
  test.each([
    ['cancelled', ['SIGINT']],
    ['cancelled twice', ['SIGINT', 'SIGINT']],
    ['terminated', ['SIGTERM']],
    ['cancelled and terminated', ['SIGINT', 'SIGTERM']],
  ] as const)('ends in order when it is %s', async (_, signals) => {
    const { url, asked } = await hangingServer();
    const gate = startProbe(url);
    const closed = once(await asked, 'close');
    for (const signal of signals) gate.child.kill(signal);
    expect(await gate.ended).toBe(1);
    await closed; // the open request is gone, too
    expect(gate.outputs()).toMatch(/^verdict<<(\S+)\nerror\n\1$/m);
    expect(gate.outputs()).toContain('gate/cancelled');
    expect(gate.printed()).toContain('::error title=gate/cancelled');
    expect(gate.printed()).not.toMatch(/^\s+at /m);
  });

  test('exits before the runner kills it, and keeps its outputs', async () => {
    const { url, asked } = await hangingServer();
    const controller = new AbortController();
    void asked.then(() => controller.abort());
    const result = await runGate('probe', {
      with: { url, timeout: '60s', deadline: '60s' },
      signal: controller.signal,
      timing: { interrupt: 4_500, terminate: 500 }, // a process that is still there after five seconds is killed
    });
    expect(result.conclusion).toBe('cancelled');
    expect(result.findings).toMatchObject([{ code: 'gate/cancelled' }]);
    expect(result.record?.gates).toMatchObject([{ gate: 'probe', verdict: 'error' }]);
    expect(result.summary).toContain('gate/cancelled');
  });
});

test('a probe that waits between two attempts is cancelled, too', async () => {
  const answered = Promise.withResolvers<void>();
  const unready = createHttpServer((_request, response) => response.writeHead(503).end(answered.resolve));
  const url = await listen(unready);
  onCleanUp(() => stopServer(unready));
  const gate = startProbe(url);
  await answered.promise; // the first attempt
  gate.child.kill('SIGINT');
  expect(await gate.ended).toBe(1);
  expect(gate.outputs()).toContain('gate/cancelled');
});

describe('a gate that is interrupted while it loads', () => {
  /** As soon as the gate has begun, long before it knows its inputs. */
  async function startAndSignal(signal: NodeJS.Signals) {
    const { url } = await hangingServer();
    const gate = startProbe(url);
    while (gate.outputs() === '') await new Promise(resolve => setTimeout(resolve, 1));
    gate.child.kill(signal);
    return { ended: await gate.ended, outputs: gate.outputs() };
  }

  test.each(['SIGINT', 'SIGTERM'] as const)('says so in its outputs: %s', async signal => {
    const { ended, outputs } = await startAndSignal(signal);
    expect(ended).toBe(1);
    expect(outputs).toMatch(/^verdict<<(\S+)\nerror\n\1$/m);
    expect(outputs).toContain('gate/cancelled');
  });

  test('has outputs that say so when it is killed', async () => {
    const { ended, outputs } = await startAndSignal('SIGKILL');
    expect(ended).toBe('SIGKILL');
    expect(outputs).toMatch(/^verdict=error\nfindings=\[\{.*"code":"gate\/killed".*\}\]\n$/);
  });
});
