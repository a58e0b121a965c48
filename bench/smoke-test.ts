import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundle } from '../script/bundle.ts';
import { median } from './paired.ts';
import { countRounds, quick } from './size.ts';
import { writeWorkload } from './smoke-test-workload.ts';

/**
 * Prints, as Markdown, the requests per second and the memory of the built smoke-test, newman and stepci, all with the
 * same requests to the same server. Each round runs them one after another, so that a busy machine slows all of them;
 * the comparison is the ratio within a round. The peers are installed into the folder that PEERS names, or into a
 * temporary one; hurl takes part if it is on the PATH. The argument sets the rounds, at least 3.
 * A dry run, which reads the same file and sends nothing, and a Node.js process that does nothing show the time before
 * the first request. It is nearly half, and no faster client can win it back.
 */
const workload = { flows: quick ? 5 : 100, requests: 10 };
const rounds = countRounds(3, 3);
const folder = mkdtempSync(join(tmpdir(), 'bench-smoke-'));
const peers = process.env.PEERS ?? join(folder, 'peers');
const total = workload.flows * workload.requests;

interface Contestant {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
}

/** Makes Node.js print, as it exits, its peak memory in kilobytes and its CPU time in microseconds. */
const tell = `data:text/javascript,${encodeURIComponent(`process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write('\\nused ' + maxRSS + ' ' + (userCPUTime + systemCPUTime) + '\\n');
})`)}`;

interface Measured {
  seconds: number;
  /** NaN, like the memory, of a program that is not Node.js. */
  cpuSeconds: number;
  mebibytes: number;
}

function measure({ command, args, env }: Contestant): Measured {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', HOME: folder, ...env },
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout.slice(-2000)}${stderr.slice(-2000)}`);
  const [, memory, cpu] = /\nused (\d+) (\d+)/.exec(stderr) ?? [];
  return { seconds, cpuSeconds: Number(cpu ?? Number.NaN) / 1e6, mebibytes: Number(memory ?? Number.NaN) / 1024 };
}

function contestants(dist: string): Contestant[] {
  const modules = join(peers, 'node_modules');
  const node = (name: string, program: string, args: string[], env = {}): Contestant => ({
    name,
    command: process.execPath,
    args: ['--import', tell, program, ...args],
    env,
  });
  const runner = {
    GITHUB_WORKSPACE: folder,
    GITHUB_OUTPUT: join(folder, 'output'),
    INPUT_CONFIG: '.github/release-gates.yml',
  };
  writeFileSync(runner.GITHUB_OUTPUT, '');
  writeFileSync(join(folder, 'nothing.mjs'), '');
  const ours = [
    node('smoke-test', join(dist, 'smoke-test.mjs'), [], runner),
    node('smoke-test, dry run', join(dist, 'smoke-test.mjs'), [], { ...runner, 'INPUT_DRY-RUN': 'true' }),
    node('node alone', join(folder, 'nothing.mjs'), []),
  ];
  if (quick) return ours;
  const all = [
    ...ours,
    node('newman 6.2.2', join(modules, 'newman/bin/newman.js'), ['run', 'collection.json', '--silent']),
    node('stepci 2.8.2', join(modules, 'stepci/dist/index.js'), ['run', 'workflow.yml'], {
      STEPCI_DISABLE_ANALYTICS: '1',
    }),
  ];
  const hurl = spawnSync('hurl', ['--version'], { encoding: 'utf8' });
  if (hurl.status === 0)
    all.push({ name: hurl.stdout.split(' (')[0] ?? 'hurl', command: 'hurl', args: ['--test', 'flows.hurl'] });
  return all;
}

const server = spawn(process.execPath, [join(import.meta.dirname, 'smoke-test-server.ts')], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
try {
  const [port] = await once(createInterface(server.stdout), 'line');
  writeWorkload(folder, `http://127.0.0.1:${port}`, workload);
  const dist = join(folder, 'dist');
  await bundle(dist);
  if (!quick && !existsSync(join(peers, 'node_modules'))) {
    mkdirSync(peers, { recursive: true });
    writeFileSync(join(peers, 'package.json'), '{"private":true}');
    spawnSync('npm', ['install', '--ignore-scripts', 'newman@6.2.2', 'stepci@2.8.2'], { cwd: peers, stdio: 'ignore' });
  }
  const all = contestants(dist);
  const runs = Array.from({ length: rounds }, () => all.map(measure));
  process.stdout.write(
    `${total} requests in ${workload.flows} flows, whole processes, medians of ${rounds} rounds.\n\n`,
  );
  process.stdout.write('| | time | CPU time | requests per second | times smoke-test’s time | peak memory |\n');
  process.stdout.write('| --- | ---: | ---: | ---: | ---: | ---: |\n');
  for (const [index, { name }] of all.entries()) {
    const of = (value: (own: Measured, ours: Measured) => number) =>
      median(runs.flatMap(([ours, ...others]) => (ours ? [value([ours, ...others][index] ?? ours, ours)] : [])));
    const shown = (value: number, text: string) => (Number.isNaN(value) ? '' : text);
    const [seconds, cpu, mebibytes] = [of(own => own.seconds), of(own => own.cpuSeconds), of(own => own.mebibytes)];
    const times = of((own, ours) => own.seconds / ours.seconds);
    process.stdout.write(
      `| ${name} | ${seconds.toFixed(2)} s | ${shown(cpu, `${cpu.toFixed(2)} s`)} | ${(total / seconds).toFixed(0)} | ${times.toFixed(2)} times | ${shown(mebibytes, `${mebibytes.toFixed(0)} MiB`)} |\n`,
    );
  }
} finally {
  server.stdin.end();
  rmSync(folder, { recursive: true, force: true });
}
