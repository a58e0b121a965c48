import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Metafile } from 'esbuild';
import { createStaticRun, type StaticRun } from '../bench/static-runs.ts';
import { bundle, gates } from '../script/bundle.ts';
import { packagesLoadedBy } from './support/loaded-packages.ts';

/** What takes long to load: a gate that does not use one of these must not pay for it. */
const HEAVY = /^(pg|ioredis|undici|libpg-query|@octokit\/.+|@actions\/(exec|github|http-client))$/;

let dist: string;
let metafile: Metafile;
let run: StaticRun;

beforeAll(async () => {
  dist = mkdtempSync(join(realpathSync(tmpdir()), 'start-up-'));
  metafile = await bundle(dist);
  run = createStaticRun();
});

afterAll(() => {
  run.remove();
  rmSync(dist, { recursive: true, force: true });
});

function start(gate: string, inputs: Record<string, string> = {}): ReturnType<typeof packagesLoadedBy> {
  return packagesLoadedBy(join(dist, `${gate}.mjs`), { ...run.environmentOf(gate), ...inputs }, metafile);
}

describe('what a gate loads', () => {
  test('to judge ten variables is nothing heavy', () => {
    const { exitCode, output, packages } = start('validate-env');
    expect({ exitCode, output }).toMatchObject({ exitCode: 0, output: expect.stringContaining('10 of 10 variables') });
    expect(packages).toContain('yaml');
    expect(packages.filter(name => HEAVY.test(name))).toEqual([]);
  });

  test.each(gates().filter(gate => gate !== 'validate-env'))(
    'to say that there is no configuration is nothing heavy: %s',
    gate => {
      const { exitCode, output, packages } = start(gate);
      expect({ exitCode, output }).toMatchObject({ exitCode: 1, output: expect.stringContaining('not-there.yml') });
      expect(packages.filter(name => HEAVY.test(name))).toEqual([]);
    },
  );

  test('to ask over HTTP is the client for it: this test can see what is heavy', () => {
    const { packages } = start('probe', { INPUT_URL: 'http://127.0.0.1:9/', INPUT_FOR: '0s', INPUT_DEADLINE: '100ms' });
    expect(packages.filter(name => HEAVY.test(name))).toEqual(['undici']);
  });
});
