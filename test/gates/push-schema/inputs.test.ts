import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type RunningPostgres, startPostgres } from '../../support/postgres.ts';
import { freshDatabase, openWorkbench, type Workbench } from './workbench.ts';

/** The action as a process of its own, by its inputs. */
const program = fileURLToPath(new URL('../../../src/entries/push-schema.ts', import.meta.url));

let postgres: RunningPostgres;
let bench: Workbench;
let files: string;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  bench = await openWorkbench(await freshDatabase(postgres));
  files = await mkdtemp(join(tmpdir(), 'release-gates-outputs-'));
  await writeFile(join(files, 'output'), '');
  await bench.supabase({ '1_users': 'CREATE TABLE users ();' });
});
afterEach(async () => {
  await bench.clear();
  await rm(files, { recursive: true });
});

function start(inputs: Record<string, string>) {
  const given = {
    migrations: 'migrations',
    database: 'URL',
    mode: 'push',
    guards: 'true',
    'lock-wait': '10s',
    ...inputs,
  };
  const variables = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  const child = spawn(process.execPath, ['--no-warnings', program], {
    env: { GITHUB_WORKSPACE: bench.folder, GITHUB_OUTPUT: join(files, 'output'), URL: bench.url, ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  child.stdout.setEncoding('utf8');
  const says = (text: string) =>
    new Promise<void>(resolve => {
      child.stdout.on('data', () => log.includes(text) && resolve());
    });
  child.stdout.on('data', chunk => (log += chunk));
  const ended = once(child, 'close').then(([code]: number[]) => ({ code, log }));
  return { says, ended };
}

describe('the input `lock-wait`', () => {
  const ownLock = '8243113884244010355';

  test('is how long the lock is waited for, with who holds it', async () => {
    const other = await bench.session();
    await other.query(`SET application_name = 'another release'; SELECT pg_advisory_lock(${ownLock})`);
    const { code, log } = await start({ 'lock-wait': '250ms' }).ended;
    expect(code).toBe(1);
    expect(log).toMatch(
      /the session with pid \d+ \(another release\), .* holds the migration lock; waiting up to 250 ms\./,
    );
    expect(log).toContain('error schema/locked');
    expect(log).toContain('was still held after 250 ms by the session with pid');
    expect(await bench.sql("SELECT FROM pg_tables WHERE tablename = 'users'")).toEqual([]);
  });

  test('lets the push go on once the lock is free', async () => {
    const other = await bench.session();
    await other.query(`SELECT pg_advisory_lock(${ownLock})`);
    const run = start({ 'lock-wait': '10m' });
    await run.says('waiting up to 10 min');
    await other.query(`SELECT pg_advisory_unlock(${ownLock})`);
    expect((await run.ended).code).toBe(0);
    expect(await bench.sql("SELECT FROM pg_tables WHERE tablename = 'users'")).toHaveLength(1);
  });

  test('that is no duration is told before anything is asked', async () => {
    const { code, log } = await start({ 'lock-wait': '10 parsecs' }).ended;
    expect(code).toBe(1);
    expect(log).toContain('The input `lock-wait` is "10 parsecs".');
  });
});

describe('the input `database`', () => {
  test('that is the connection string itself is told, and shown nowhere', async () => {
    const { code, log } = await start({ database: bench.url }).ended;
    expect(code).toBe(1);
    expect(log).toContain('config/invalid-input: The input `database` is not the name of a variable.');
    const outputs = await readFile(join(files, 'output'), 'utf8');
    const { password } = new URL(bench.url);
    expect(`${log.replace(/^::add-mask::.*$/gm, '')}${outputs}`).not.toContain(password);
  });
});
