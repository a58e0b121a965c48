import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundle } from '../script/bundle.ts';
import { compare, median, type Program } from './paired.ts';
import { countRounds, quick } from './size.ts';
import { writeContract } from './validate-env-fixture.ts';

/** Prints, as Markdown, what validate-env takes for a large contract, a large code base, and many live checks. */
const pairs = countRounds(20, 20);
const folder = mkdtempSync(join(tmpdir(), 'bench-validate-env-'));
const dist = join(folder, 'dist');
const gate = join(dist, 'validate-env.mjs');

try {
  await bundle(dist);
  const small = workspace('small', 1);
  const large = workspace('large', 200);
  const { baseline, subject } = compare(small, large, pairs);
  print('| validate-env | measured | to reach |', '| --- | ---: | ---: |');
  row('5 variables, whole process', ms(baseline));
  row('1,000 variables in five services, whole process', ms(subject));
  row('what the thousand add', ms(subject - baseline), '60 ms');
  row('of which the gate itself (sources, rules, fold)', ms(ownTime(large)));
  row('peak memory of the process', `${memory(large)} MiB`, '80 MiB');
  row('peak memory of the same with 5 variables', `${memory(small)} MiB`);
  const files = quick ? 100 : 10_000;
  row(`code of ${files.toLocaleString('en')} files, by the gate’s own clock`, ms(ownTime(codeBase(files))), '2 s');
  row('20 live checks of 300 ms each, by the gate’s own clock', ms(await liveTime(20, 300)), 'about 300 ms');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function workspace(name: string, variablesOfService: number): Program {
  const { text, variables } = writeContract(variablesOfService);
  return program(name, text, variables);
}

function program(name: string, text: string, variables: Record<string, string>): Program {
  const cwd = join(folder, name);
  mkdirSync(join(cwd, '.github'), { recursive: true });
  writeFileSync(join(cwd, '.github/release-gates.yml'), text);
  for (const file of ['output', 'summary']) writeFileSync(join(folder, file), '');
  const env = {
    PATH: process.env.PATH ?? '',
    GITHUB_WORKSPACE: cwd,
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    INPUT_CONFIG: '.github/release-gates.yml',
    ...variables,
  };
  return { args: [gate], env, cwd, exitCode: 0 };
}

function codeBase(files: number): Program {
  const text = 'env: { api: { A: {} } }\nsources: { api: { code: [src] } }\n';
  const made = program('code', text, { INPUT_SOURCES: 'none' });
  const filler = 'export function work(input: string): string {\n  return input.trim();\n}\n'.repeat(40);
  for (let file = 0; file < files; file++) {
    const inner = join(made.cwd, 'src', `module-${file % 200}`);
    mkdirSync(inner, { recursive: true });
    writeFileSync(
      join(inner, `file-${file}.ts`),
      file % 10 === 0 ? `${filler}export const a = process.env.A;\n` : filler,
    );
  }
  return made;
}

async function liveTime(checks: number, delay: number): Promise<number> {
  const server = createServer((_, response) => setTimeout(() => response.end('{}'), delay));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const names = Array.from({ length: checks }, (_, index) => `KEY_${index}`);
  const declared = names.map(name => `    ${name}: { live: { get: "http://127.0.0.1:${port}/" } }`);
  const values = Object.fromEntries(names.map(name => [name, 'fake']));
  const made = program('live', ['env:', '  api:', ...declared].join('\n'), values);
  const { execFile } = await import('node:child_process');
  const output = await new Promise<string>((resolve, reject) =>
    execFile(process.execPath, made.args, { env: made.env, cwd: made.cwd }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    ),
  );
  server.close();
  return timeIn(output);
}

/** The time that the gate logs: without starting Node.js or reading the configuration. */
function ownTime({ args, env, cwd }: Program): number {
  const times = Array.from({ length: quick ? 1 : 9 }, () =>
    timeIn(spawnSync(process.execPath, args, { env, cwd, encoding: 'utf8' }).stdout),
  );
  return median(times);
}

function timeIn(output: string): number {
  const [, amount, unit] = /^validate-env: passed in ([\d.]+) (ms|s)/m.exec(output) ?? [];
  if (amount === undefined) throw new Error(`validate-env did not pass:\n${output.slice(-2000)}`);
  return Number(amount) * (unit === 's' ? 1000 : 1);
}

function memory({ args, env, cwd }: Program): number {
  const report = 'process.on("exit",()=>require("node:fs").writeSync(2,String(process.resourceUsage().maxRSS)))';
  const preload = join(dirname(gate), '..', 'peak.cjs');
  writeFileSync(preload, report);
  const { stderr } = spawnSync(process.execPath, ['--require', preload, ...args], { env, cwd, encoding: 'utf8' });
  return Math.round(Number(stderr) / 1024);
}

function row(what: string, measured: string, goal = ''): void {
  print(`| ${what} | ${measured} | ${goal} |`);
}

function ms(value: number): string {
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(0)} ms`;
}

function print(...lines: string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}
