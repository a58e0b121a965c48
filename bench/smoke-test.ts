import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundle } from '../script/bundle.ts';
import { median } from './paired.ts';
import { writeWorkload } from './smoke-test-workload.ts';

/**
 * Prints, as Markdown, the requests in a second and the memory of the built smoke-test beside newman and stepci, all
 * with the same requests to the same server. The peers are installed into the folder that PEERS names, else into a
 * temporary one; hurl takes part where it is on the PATH.
 */
const workload = { flows: 100, requests: 10 };
const rounds = Math.max(3, Number(process.argv[2] ?? 0) || 0);
const folder = mkdtempSync(join(tmpdir(), 'bench-smoke-'));
const peers = process.env.PEERS ?? join(folder, 'peers');
const total = workload.flows * workload.requests;

interface Contestant {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
}

/** Node tells the most memory that a process held, in kilobytes, as it exits. */
const tell =
  "data:text/javascript,process.on('exit',()=>process.stderr.write('\\nmaxrss '+process.resourceUsage().maxRSS+'\\n'))";

function measure({ command, args, env }: Contestant): { seconds: number; mebibytes: number } {
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
  return { seconds, mebibytes: Number(/maxrss (\d+)/.exec(stderr)?.[1] ?? Number.NaN) / 1024 };
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
  const all = [
    node('smoke-test', join(dist, 'smoke-test.mjs'), [], runner),
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
  if (!existsSync(join(peers, 'node_modules'))) {
    mkdirSync(peers, { recursive: true });
    writeFileSync(join(peers, 'package.json'), '{"private":true}');
    spawnSync('npm', ['install', '--ignore-scripts', 'newman@6.2.2', 'stepci@2.8.2'], { cwd: peers, stdio: 'ignore' });
  }
  const lines = contestants(dist).map(contestant => {
    const runs = Array.from({ length: rounds }, () => measure(contestant));
    const seconds = median(runs.map(run => run.seconds));
    return { name: contestant.name, seconds, mebibytes: median(runs.map(run => run.mebibytes)) };
  });
  const [ours] = lines;
  process.stdout.write(`${total} requests in ${workload.flows} flows, whole processes, medians of ${rounds} runs.\n\n`);
  process.stdout.write(
    '| | time | requests in a second | of smoke-test | memory at most |\n| --- | ---: | ---: | ---: | ---: |\n',
  );
  for (const { name, seconds, mebibytes } of lines) {
    const share = ours ? `${(ours.seconds / seconds).toFixed(2)}` : '';
    const memory = Number.isNaN(mebibytes) ? '' : `${mebibytes.toFixed(0)} MiB`;
    process.stdout.write(
      `| ${name} | ${seconds.toFixed(2)} s | ${(total / seconds).toFixed(0)} | ${share} | ${memory} |\n`,
    );
  }
} finally {
  server.stdin.end();
  rmSync(folder, { recursive: true, force: true });
}
