import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../script/bundle.ts';
import { computePercentile } from '../src/readiness/percentile.ts';
import { countRounds, quick } from './size.ts';

/**
 * Prints, as Markdown, how long after a service became ready the built probe, wait-on and a shell loop that sleeps see
 * it; and what 500 targets at once cost. wait-on is installed into the folder that PEERS names, or into a temporary one.
 */
const folder = mkdtempSync(join(tmpdir(), 'bench-probe-'));
const peers = process.env.PEERS ?? join(folder, 'peers');
const dist = join(folder, 'dist');
const rounds = countRounds(20, 20);
const targets = quick ? 20 : 500;
/** How long many targets are watched; undefined is the default of the gate, half a minute. */
const watchedFor = quick ? '1s' : undefined;

interface Contestant {
  name: string;
  rounds: number;
  /** The longest that the service takes to get ready, in milliseconds; as long as the sleep, so that it ends at any point. */
  within: number;
  start(url: string): ChildProcess;
}

/** Makes Node.js print its peak memory in kilobytes as it exits. */
const tell =
  "data:text/javascript,process.on('exit',()=>process.stderr.write('\\nmaxrss '+process.resourceUsage().maxRSS+'\\n'))";

const runner = {
  PATH: process.env.PATH ?? '',
  GITHUB_WORKSPACE: folder,
  GITHUB_OUTPUT: join(folder, 'output'),
  INPUT_CONFIG: 'release-gates.yml',
};

const contestants: Contestant[] = [
  {
    name: 'release-gates probe',
    rounds,
    within: 1500,
    // How long the gate watches afterwards does not change when it sees readiness.
    start: url => run(process.execPath, [join(dist, 'probe.mjs')], { ...runner, INPUT_URL: url, INPUT_FOR: '0s' }),
  },
  {
    name: 'wait-on 9.1.0',
    rounds,
    within: 1500,
    start: url =>
      run(process.execPath, [join(peers, 'node_modules/wait-on/bin/wait-on'), url.replace('http:', 'http-get:')], {}),
  },
  {
    name: 'a shell loop with `sleep 10`',
    rounds: 4,
    within: 10_000,
    start: url => run('bash', ['-c', `until curl -fs -o /dev/null ${url}; do sleep 10; done`], {}),
  },
];

function run(command: string, args: string[], env: Record<string, string>): ChildProcess {
  return spawn(command, args, { env: { PATH: runner.PATH, ...env }, stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
}

/** Milliseconds from the moment the service is ready to its first good answer, and the most requests in a second. */
async function latency(contestant: Contestant): Promise<{ seen: number; busiest: number }> {
  let readyAt = Number.POSITIVE_INFINITY;
  let seenAt: number | undefined;
  const asked: number[] = [];
  const server = createServer((_, response) => {
    const now = performance.now();
    asked.push(now);
    // The clock starts with the first request, so that the start of the program does not count.
    if (asked.length === 1) readyAt = now + 300 + Math.random() * contestant.within;
    if (now >= readyAt) seenAt ??= now;
    response.writeHead(now >= readyAt ? 200 : 503).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const child = contestant.start(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const [status] = await once(child, 'exit');
  server.closeAllConnections();
  server.close();
  if (status !== 0 || seenAt === undefined) throw new Error(`${contestant.name} ended with ${status}`);
  const busiest = Math.max(...asked.map(from => asked.filter(at => at >= from && at < from + 1000).length));
  return { seen: seenAt - readyAt, busiest };
}

async function manyTargets(): Promise<void> {
  const started = performance.now();
  const readyAfter = 3000;
  const seen = new Map<string, number>();
  let sockets = 0;
  let mostSockets = 0;
  const server = createServer((request, response) => {
    const now = performance.now() - started;
    const answer = () => {
      const good = performance.now() - started >= readyAfter;
      if (good && !seen.has(request.url ?? '')) seen.set(request.url ?? '', now);
      response.writeHead(good ? 200 : 503).end();
    };
    if (request.url === '/0') setTimeout(answer, 2500);
    else answer();
  });
  server.on('connection', socket => {
    mostSockets = Math.max(mostSockets, ++sockets);
    socket.on('close', () => sockets--);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const lines = Array.from({ length: targets }, (_, index) => `    t${index}: { get: "${url}/${index}" }`);
  writeFileSync(join(folder, 'release-gates.yml'), `probe:\n  all:\n${lines.join('\n')}\n`);
  const child = run(process.execPath, ['--import', tell, join(dist, 'probe.mjs')], {
    ...runner,
    ...(watchedFor && { INPUT_FOR: watchedFor }),
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', text => (errors += text));
  const [status] = await once(child, 'close');
  server.closeAllConnections();
  server.close();
  if (status !== 0) throw new Error(`the probe of ${targets} targets ended with ${status}:\n${errors}`);
  const mebibytes = Number(/maxrss (\d+)/.exec(errors)?.[1]) / 1024;
  const delays = [...seen].filter(([path]) => path !== '/0').map(([, at]) => Math.max(0, at - readyAfter));
  print(
    '',
    `${targets} targets at once, watched for ${watchedFor ?? 'half a minute'}, one of them slow (2.5 s for each answer):`,
    '',
    '| peak memory | most sockets open | the others were seen, median | p95 | last |',
    '| ---: | ---: | ---: | ---: | ---: |',
    `| ${mebibytes.toFixed(0)} MiB | ${mostSockets} | ${ms(computePercentile(delays, 50))} | ${ms(computePercentile(delays, 95))} | ${ms(Math.max(...delays))} |`,
  );
}

function install(): void {
  if (quick || existsSync(join(peers, 'node_modules/wait-on'))) return;
  mkdirSync(peers, { recursive: true });
  if (!existsSync(join(peers, 'package.json'))) writeFileSync(join(peers, 'package.json'), '{"private":true}');
  spawnSync('npm', ['install', '--ignore-scripts', 'wait-on@9.1.0'], { cwd: peers, stdio: 'ignore' });
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}

function print(...lines: string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

try {
  install();
  await bundle(dist);
  writeFileSync(runner.GITHUB_OUTPUT, '');
  print(
    'From the moment that a service is ready to the first request that can see it:',
    '',
    '| | rounds | median | p95 | most requests in a second |',
    '| --- | ---: | ---: | ---: | ---: |',
  );
  for (const contestant of quick ? contestants.slice(0, 1) : contestants) {
    const results: { seen: number; busiest: number }[] = [];
    for (let round = 0; round < contestant.rounds; round++) results.push(await latency(contestant));
    const seen = results.map(result => result.seen);
    const busiest = Math.max(...results.map(result => result.busiest));
    const cells = [results.length, ms(computePercentile(seen, 50)), ms(computePercentile(seen, 95)), busiest];
    print(`| ${contestant.name} | ${cells.join(' | ')} |`);
  }
  await manyTargets();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
