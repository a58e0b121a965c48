import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Verdict } from '../src/core/verdict.ts';
import { random } from '../test/readiness/simulated-clock.ts';
import { type Shape, shapes } from '../test/readiness/simulation.ts';
import { runGate } from '../test/support/run-built.ts';
import { countRounds, quick } from './size.ts';

/**
 * Runs the built probe against services that are like those of bench/probe-steadiness.ts, over real connections that a
 * seeded pattern resets or stalls, and prints how many runs got which verdict. The argument is the number of runs of each
 * service, 50 by default, which are watched at the same time; further arguments are parts of the names of services. All of
 * them take three quarters of an hour. Exits with 1 if a verdict is wrong more often than stated and chance explains.
 */
const runs = countRounds(50);
const names = process.argv.slice(2).filter(arg => !/^(\d+|--quick)$/.test(arg));
const wanted = shapes.filter(({ name }) =>
  (quick ? /only has to answer once/ : new RegExp(names.join('|'))).test(name),
);

/** The moment at which simulated services start. */
const epoch = Date.parse('2026-03-02T12:00:00Z');

/** A service that answers each run, by its path, as the shape says. */
async function serve({ service }: Shape): Promise<{ url: string; close(): void }> {
  const begun = new Map<string, { at: number; chance: () => number; attempts: number }>();
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const run = begun.get(path) ?? { at: performance.now(), chance: random(Number(path.slice(1)) + 1), attempts: 0 };
    begun.set(path, run);
    const elapsed = performance.now() - run.at;
    const { lasts = 0, ...attempt } = service(elapsed, run.chance, run.attempts++);
    if (attempt.verdict === 'passed')
      return answer(response, {
        commit: 'new',
        id: attempt.instance,
        uptime: ageOf(attempt.instanceStartedAt, elapsed),
      });
    const code = attempt.findings[0]?.code;
    if (code === 'answer/wrong-status') return response.writeHead(500).end();
    if (code === 'answer/wrong-json') return answer(response, { commit: 'old' });
    if (code === 'answer/too-slow') return setTimeout(() => answer(response, { commit: 'new' }), 600);
    if (lasts > 20) await delay(lasts);
    request.socket.resetAndDestroy();
  });
  server.keepAliveTimeout = 1;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

function answer(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Seconds that an instance has been running, from when it started in simulated time. */
function ageOf(startedAt: number | undefined, elapsed: number): number | undefined {
  return startedAt === undefined ? undefined : (epoch + elapsed - startedAt) / 1000;
}

/** The second host, which the gate asks when connections are lost, always answers. */
const control = createServer((_, response) => response.end())
  .listen(0, '127.0.0.1')
  .unref();
await once(control, 'listening');
const github = { apiUrl: `http://127.0.0.1:${(control.address() as AddressInfo).port}` };

async function measure(shape: Shape): Promise<Record<Verdict, number>> {
  const server = await serve(shape);
  const rules = { expect: { json: { commit: 'new' } }, within: '500ms', ...shape.rules };
  const targets = Array.from({ length: runs }, (_, run) => [`run-${run}`, { get: `${server.url}/${run}`, ...rules }]);
  const config = JSON.stringify({ probe: { api: Object.fromEntries(targets) } });
  const { log } = await runGate('probe', { config, github });
  server.close();
  const count = (mark: string) => log.split('\n').filter(line => line.trim().startsWith(`${mark} api.run-`)).length;
  return { passed: count('✓'), failed: count('✗'), inconclusive: count('?'), error: count('!') };
}

process.stdout.write(
  `${runs} runs of each:\n\n| A service that | must be | passed | failed | inconclusive | error |\n| --- | --- | ---: | ---: | ---: | ---: |\n`,
);
for (const shape of wanted) {
  const { passed, failed, inconclusive, error } = await measure(shape);
  const right = shape.verdict === 'passed' ? passed : failed;
  if (runs - right > 1 + runs * shape.wrong * 2) process.exitCode = 1;
  process.stdout.write(`| ${shape.name} | ${shape.verdict} | ${passed} | ${failed} | ${inconclusive} | ${error} |\n`);
}
