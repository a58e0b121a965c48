import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GateError } from '../../src/core/errors.ts';
import { type JobState, openJobState, type Subject } from '../../src/github/job-state.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'job-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const subject: Subject = ['record', 'production'];

function open(variables: Record<string, string> = {}): JobState {
  const state = openJobState({ RUNNER_TEMP: folder, GITHUB_RUN_ID: '7', GITHUB_JOB: 'release', ...variables });
  if (!state) throw new Error('no state');
  return state;
}

/** The one file of the state. */
function onlyFile(): string {
  const [name = '', ...more] = readdirSync(folder);
  expect(more).toEqual([]);
  return join(folder, name);
}

describe('what a step leaves', () => {
  test('is read by later steps of the job, the newest value of it', () => {
    open().write(subject, { old: true });
    open().write(subject, { new: [1, 'ü'] });
    expect(open().read(subject)).toEqual({ new: [1, 'ü'] });
  });

  test('is one file with the run in its name, whole at any moment', () => {
    open({ GITHUB_RUN_ATTEMPT: '2' }).write(subject, {});
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^release-gates-7-2-record-[0-9a-f]{32}\.json$/)]);
  });

  test.each([
    ['another run', { GITHUB_RUN_ID: '8' }, subject],
    ['another attempt', { GITHUB_RUN_ATTEMPT: '2' }, subject],
    ['another job', { GITHUB_JOB: 'smoke' }, subject],
    ['another subject', {}, ['record', 'staging'] as const],
    ['another kind', {}, ['cache', 'production'] as const],
  ])('is not read in %s', (_, variables, read) => {
    open().write(subject, {});
    expect(open(variables).read(read)).toBeUndefined();
  });

  test.each([
    ['RUNNER_TEMP', { RUNNER_TEMP: '' }],
    ['GITHUB_RUN_ID', { GITHUB_RUN_ID: '' }],
    ['a run id that is a number', { GITHUB_RUN_ID: '../../etc' }],
  ])('is nothing without %s', (_, variables) => {
    expect(openJobState({ RUNNER_TEMP: folder, GITHUB_RUN_ID: '7', ...variables })).toBeUndefined();
  });
});

describe('a file of any other step is refused', () => {
  test.each([
    ['no JSON', '{"version":'],
    ['a key that sets a prototype', '{"services":{"__proto__":{"platform":"vercel"}}}'],
    ['more than a record needs', `"${'x'.repeat(2 * 1024 * 1024)}"`],
  ])('when it has %s', (_, text) => {
    open().write(subject, {});
    writeFileSync(onlyFile(), text);
    expect(() => open().read(subject)).toThrow(GateError);
  });

  test.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['a link', (path: string) => symlinkSync('/etc/hostname', path)],
    ['a link to a device that never ends', (path: string) => symlinkSync('/dev/zero', path)],
  ])('when it is %s', (_, plant) => {
    open().write(subject, {});
    const path = onlyFile();
    rmSync(path);
    plant(path);
    expect(() => open().read(subject)).toThrow(/cannot be used: it is not a regular file/);
  });
});

describe('writing', () => {
  test('replaces a link and leaves what it points to', () => {
    open().write(subject, {});
    const path = onlyFile();
    const target = join(folder, 'target');
    writeFileSync(target, 'precious');
    rmSync(path);
    symlinkSync(target, path);
    open().write(subject, { mine: true });
    expect(readFileSync(target, 'utf8')).toBe('precious');
    expect(open().read(subject)).toEqual({ mine: true });
  });

  test('throws where nothing can be written, and leaves no draft', () => {
    open().write(subject, {});
    expect(() => open().write(subject, 'x'.repeat(2 * 1024 * 1024))).toThrow(/larger/);
    expect(open().read(subject)).toEqual({});
    expect(() => open({ RUNNER_TEMP: join(folder, 'missing') }).write(subject, {})).toThrow(/ENOENT/);
    onlyFile();
  });
});
