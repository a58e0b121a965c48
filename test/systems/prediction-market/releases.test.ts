import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { RELEASES } from './api/requirements.ts';
import { copyMigrations } from './migrate.ts';
import { brokenReleases, buildOf, MIGRATIONS_FOLDER, v1, v2 } from './releases.ts';

const releases = [v1, v2, ...Object.values(brokenReleases)];

test('every release has a commit and images of its own', () => {
  for (const { commit } of releases) expect(commit).toMatch(/^[0-9a-f]{40}$/);
  expect(new Set(releases.map(release => release.commit)).size).toBe(releases.length);
  expect(new Set(releases.map(release => release.images.api)).size).toBe(releases.length);
});

test('a release comes with the migrations its code needs, and without later ones', async () => {
  expect(v1.migrations.at(-1)).toBe(RELEASES.v1.migration);
  expect(v2.migrations.at(-1)).toBe(RELEASES.v2.migration);
  expect(await readdir(MIGRATIONS_FOLDER)).toEqual([...v2.migrations, 'migration_lock.toml']);

  const folder = await mkdtemp(join(tmpdir(), 'release-gates-migrations-'));
  try {
    await copyMigrations(v1, folder);
    expect((await readdir(folder, { recursive: true })).sort()).toEqual([
      ...v1.migrations,
      ...v1.migrations.map(name => join(name, 'migration.sql')),
      'migration_lock.toml',
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('what is wrong with a release is wrong with its API only', () => {
  const release = brokenReleases['websocket-silent'];
  expect(buildOf('api', release).env).toMatchObject({ COMMIT: release.commit, BREAK: 'websocket-silent' });
  expect(buildOf('web', release).env).not.toHaveProperty('BREAK');
});
