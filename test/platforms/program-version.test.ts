import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readProgramVersion } from '../../src/platforms/program-version.ts';
import { testContext } from '../support/context.ts';
import { isGone } from './support.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'program-'));
});

afterEach(() => rm(folder, { recursive: true }));

const hangs = 'sleep 60 &\necho $! > pid.new\nmv pid.new pid\nwait';

/** The process that the program has started, once it runs. */
async function started(): Promise<number> {
  for (;;) {
    const pid = await readFile(join(folder, 'pid'), 'utf8').catch(() => undefined);
    if (pid !== undefined) return Number(pid);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** Asks a program of these lines of shell, in a folder with a space in its name. */
async function ask(lines: string, { timeout = 30_000, signal = new AbortController().signal } = {}) {
  const file = join(folder, 'a folder', 'tool');
  await mkdir(join(folder, 'a folder'));
  await writeFile(file, `#!/bin/sh\n${lines}\n`);
  await chmod(file, 0o755);
  const context = testContext({ variables: { PATH: process.env.PATH }, workspace: folder, signal });
  return readProgramVersion({ name: 'tool', file, args: ['version'], oldest: '1.10.0', timeout }, context);
}

test.each([
  ['the oldest', '1.10.0', '1.10.0'],
  ['a newer one, with more behind it', 'tool v1.12.3-rc.1 linux/amd64', '1.12.3-rc.1'],
  ['one that is only newer as a number', '2.0.0', '2.0.0'],
])('the version of a program may be %s', async (_which, says, version) => {
  expect(await ask(`echo "${says}"`)).toEqual({ version });
});

test('a version is compared by its numbers', async () => {
  expect(await ask('echo 1.9.9')).toMatchObject({ problem: { code: 'deploy/program-too-old' } });
});

test('a version is what the program prints, not what it warns of', async () => {
  expect(await ask('echo "will be installed: tool@1.2.3" >&2\necho 2.0.0')).toEqual({ version: '2.0.0' });
});

test('a program that fails is told with its last line', async () => {
  const message = '`tool version` ended with status 3 and said: no such command.';
  expect(await ask('echo hello\necho "no such command" >&2\nexit 3')).toMatchObject({ problem: { message } });
});

test('a program that hangs is given up, with all that it has started', async () => {
  const message = '`tool version` did not end within 1 s.';
  expect(await ask(hangs, { timeout: 1000 })).toMatchObject({
    problem: { code: 'deploy/program-broken', message },
  });
  expect(await isGone(await started())).toBe(true);
});

test('a program that is asked when the run is cancelled is given up with the reason of that', async () => {
  const controller = new AbortController();
  const asked = ask(hangs, { signal: controller.signal });
  const pid = await started();
  controller.abort(new Error('cancelled'));
  await expect(asked).rejects.toThrow('cancelled');
  expect(await isGone(pid)).toBe(true);
});
