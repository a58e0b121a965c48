import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { request } from 'undici';
import { sendRequest } from '../src/clients/http.ts';
import { smokeTest } from '../src/gates/smoke-test/gate.ts';
import { planSmoke } from '../src/gates/smoke-test/plan/plan.ts';
import { parseConfiguration } from '../test/support/configuration.ts';
import { testContext } from '../test/support/context.ts';
import { median } from './paired.ts';
import { countRounds, quick } from './size.ts';

/**
 * Prints the CPU time that a step adds: that of a flow of many steps, planning included, less that of the same requests
 * made with undici alone, one after another in the same process. The argument sets the rounds; 10 by default.
 */
const rounds = countRounds(10);
const steps = quick ? 50 : 500;
const server = spawn(process.execPath, [join(import.meta.dirname, 'smoke-test-server.ts')], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const [port] = await once(createInterface(server.stdout), 'line');
const url = `http://127.0.0.1:${port}`;

/** CPU time of one step, in milliseconds. */
async function costOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / steps;
}

async function bare(): Promise<void> {
  for (let step = 0; step < steps; step++) {
    const answer = await request(`${url}/orders/btc`);
    JSON.parse(await answer.body.text());
  }
}

const text = JSON.stringify({
  services: { api: { platform: 'fly', app: 'api', url } },
  smoke: {
    flows: {
      one: Array.from({ length: steps }, () => ({
        get: '/orders/btc',
        expect: { status: 200, json: { status: 'OPEN' } },
        capture: { slug: '$.slug' },
      })),
    },
  },
});
const config = parseConfiguration(text, { path: 'release-gates.yml', environment: '', commit: '' });

async function asSteps(): Promise<void> {
  const context = testContext();
  const { verdict } = await smokeTest(planSmoke(config, { flows: [], tags: [] }, context), context);
  if (verdict !== 'passed') throw new Error(`the flow ${verdict}`);
}

// Loading and compiling the HTTP client is not the cost of a step.
await bare();
await sendRequest({ method: 'GET', url, timeout: 10_000, signal: new AbortController().signal });
const [firstBare, firstSteps] = [await costOf(bare), await costOf(asSteps)];
const later: { ofBare: number; ofSteps: number }[] = [];
for (let round = 0; round < rounds; round++) {
  later.push({ ofBare: await costOf(bare), ofSteps: await costOf(asSteps) });
}
const line = (name: string, ofBare: number, ofSteps: number) =>
  process.stdout.write(
    `| ${name} | ${ofBare.toFixed(2)} ms | ${ofSteps.toFixed(2)} ms | ${(ofSteps - ofBare).toFixed(2)} ms |\n`,
  );
process.stdout.write(`A step with an expectation and a capture, ${steps} in a flow; CPU time of each.\n\n`);
process.stdout.write('| | undici alone | as a step | added |\n| --- | ---: | ---: | ---: |\n');
line(`the first ${steps}`, firstBare, firstSteps);
line(`median of ${rounds} rounds`, median(later.map(each => each.ofBare)), median(later.map(each => each.ofSteps)));
server.stdin.end();
process.exit(0);
