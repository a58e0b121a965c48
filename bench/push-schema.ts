import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { bundle } from '../script/bundle.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { vendorProgram } from '../test/support/vendors.ts';
import { median } from './paired.ts';
import { writeMigrations } from './push-schema-files.ts';
import { countRounds, quick } from './size.ts';

/**
 * Prints, as Markdown, how long push-schema and the tools that it replaces take on one database and the same files:
 * whole processes in turn, medians. The tools come from test/vendors.
 */
const supabase = vendorProgram('supabase', 'supabase');
const squawk = vendorProgram('squawk-cli', 'squawk');
if (!supabase || !squawk) throw new Error('supabase and squawk are not installed: run `npm ci` in test/vendors');

const pairs = countRounds(5, 5);
/** Files to apply, and to lint. */
const [pending, linted] = quick ? [5, 10] : [100, 1000];
const scratch = mkdtempSync(join(tmpdir(), 'bench-push-schema-'));
const postgres = await startPostgres();
const url = await postgres.createDatabase();
const dist = join(scratch, 'dist');

interface Run {
  args: string[];
  cwd: string;
  env?: Record<string, string>;
  /** The exit codes of a run that did its work; 0 by default. */
  good?: number[];
}

try {
  await bundle(dist);
  const work = (name: string) => join(scratch, name);
  const home = 'supabase/migrations';
  writeMigrations(join(work('apply'), home), pending, 3);
  const files = writeMigrations(join(work('lint'), home), linted, 30);
  const gate = (cwd: string, mode: string): Run => ({
    args: [join(dist, 'push-schema.mjs')],
    cwd,
    env: {
      GITHUB_WORKSPACE: cwd,
      INPUT_MODE: mode,
      INPUT_MIGRATIONS: home,
      INPUT_DATABASE: 'URL',
      URL: `${url}?sslmode=disable`,
    },
  });
  const push = (cwd: string): Run => ({
    args: [supabase, 'db', 'push', '--db-url', `${url}?sslmode=disable`, '--yes'],
    cwd,
  });

  print(
    `Node ${process.version}, ${process.platform} ${process.arch}; medians of ${pairs} pairs, whole processes.`,
    '',
  );
  print('| work | peer | peer | push-schema | ratio | must be at most |', '| --- | --- | ---: | ---: | ---: | ---: |');
  await row(
    `${pending} pending migrations`,
    'supabase db push',
    push(work('apply')),
    gate(work('apply'), 'push'),
    reset,
    1,
  );
  await row(
    'nothing pending',
    'supabase db push',
    push(work('apply')),
    gate(work('apply'), 'push'),
    async () => {},
    1 / 3,
  );
  await reset();
  const lint = { args: [squawk, ...files.map(name => join(home, name))], cwd: work('lint'), good: [0, 1] };
  await row(
    `linting ${linted.toLocaleString('en')} files of 30 statements`,
    'squawk',
    lint,
    gate(work('lint'), 'check'),
    async () => {},
    1,
  );
  print('', `Linting them takes ${peakOf(gate(work('lint'), 'check'))} MiB of memory at its peak (must be under 200).`);
} finally {
  await postgres.stop();
  rmSync(scratch, { recursive: true, force: true });
}

/** Empties the database, except for the tables that the migrations change. */
async function reset(): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`DROP SCHEMA IF EXISTS public, supabase_migrations CASCADE; CREATE SCHEMA public;
    CREATE TABLE users (id int); CREATE TABLE settings (name text, value text)`);
  await client.end();
}

async function row(work: string, peer: string, theirs: Run, ours: Run, prepare: () => Promise<void>, most: number) {
  const times: [number, number][] = [];
  for (let pair = 0; pair <= pairs; pair++) {
    const pairOfTimes: [number, number] = [0, 0];
    for (const which of pair % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      await prepare();
      pairOfTimes[which] = time(which === 0 ? theirs : ours);
    }
    if (pair > 0) times.push(pairOfTimes);
  }
  const [their, our] = [median(times.map(([one]) => one)), median(times.map(([, two]) => two))];
  const ratio = median(times.map(([one, two]) => two / one));
  print(`| ${work} | \`${peer}\` | ${ms(their)} | ${ms(our)} | ${ratio.toFixed(2)} | ${most.toFixed(2)} |`);
}

function time(run: Run): number {
  const start = performance.now();
  execute(run);
  return performance.now() - start;
}

function execute({ args, cwd, env = {}, good = [0] }: Run): void {
  const variables = { PATH: process.env.PATH ?? '', HOME: scratch, ...env };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    env: variables,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (!good.includes(status ?? -1))
    throw new Error(`node ${args.join(' ')} ended with ${status}:\n${stdout.slice(-2000)}${stderr}`);
}

/** The peak memory of a run in mebibytes (Linux: VmHWM). */
function peakOf(run: Run): number {
  const file = join(scratch, 'peak');
  const script = `import{readFileSync,writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(${JSON.stringify(file)},readFileSync('/proc/self/status')))`;
  execute({ ...run, env: { ...run.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` } });
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1]) / 1024);
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}

function print(...lines: string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}
