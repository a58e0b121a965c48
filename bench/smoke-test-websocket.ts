import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { smokeTest } from '../src/gates/smoke-test/gate.ts';
import { planSmoke } from '../src/gates/smoke-test/plan/plan.ts';
import { parseConfiguration } from '../test/support/configuration.ts';
import { testContext } from '../test/support/context.ts';
import { median } from './paired.ts';
import { quick } from './size.ts';

/** Prints the round trip over a WebSocket as a step measures it, and that of a raw client in the same process. */
const rounds = quick ? 10 : 300;
const server = createServer();
const sockets = new WebSocketServer({ server });
sockets.on('connection', client => client.on('message', () => client.send('{"event":"pong"}')));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `127.0.0.1:${(server.address() as AddressInfo).port}`;

async function raw(): Promise<number[]> {
  const client = new WebSocket(`ws://${url}/`);
  await once(client, 'open');
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const sent = performance.now();
    client.send('{"event":"ping"}');
    await once(client, 'message');
    times.push(performance.now() - sent);
  }
  client.close();
  return times;
}

async function steps(): Promise<number[]> {
  const text = JSON.stringify({
    services: { api: { platform: 'fly', app: 'api', url: `http://${url}` } },
    smoke: {
      flows: {
        a: [
          { websocket: '/', as: 'one' },
          ...Array.from({ length: rounds }, () => ({
            listen: 'one',
            send: { event: 'ping' },
            expect: { event: 'pong' },
          })),
        ],
      },
    },
  });
  const context = testContext();
  const config = parseConfiguration(text, { path: 'release-gates.yml', environment: '', commit: '' });
  const { taken } = await smokeTest(planSmoke(config, { flows: [], tags: [] }, context), context);
  return taken
    .flatMap(({ detail }) => Number(/answered in ([\d.]+) ms/.exec(detail ?? '')?.[1] ?? Number.NaN))
    .slice(1);
}

await raw(); // the first connections load the code
const [ofRaw, ofSteps] = [await raw(), await steps()];
const line = (name: string, times: number[]) => {
  const high = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN;
  process.stdout.write(`| ${name} | ${median(times).toFixed(2)} ms | ${high.toFixed(2)} ms |\n`);
};
process.stdout.write(`${rounds} round trips over one WebSocket.\n\n| | median | 95 % |\n| --- | ---: | ---: |\n`);
line('raw client (ws)', ofRaw);
line('step of smoke-test', ofSteps);
sockets.close();
server.close();
process.exit(0);
