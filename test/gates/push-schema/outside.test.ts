import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { readMigrations } from '../../../src/gates/push-schema/tools/read-migrations.ts';
import { findingsOf } from '../../platforms/support.ts';

const workspace = mkdtempSync(join(tmpdir(), 'release-gates-schema-'));
const outside = mkdtempSync(join(tmpdir(), 'release-gates-outside-'));
afterAll(() => {
  for (const folder of [workspace, outside]) rmSync(folder, { recursive: true, force: true });
});
writeFileSync(join(outside, '1_secret.sql'), 'SELECT 1;');
mkdirSync(join(workspace, 'migrations'));
symlinkSync(join(outside, '1_secret.sql'), join(workspace, 'migrations', '1_link.sql'));
symlinkSync(outside, join(workspace, 'link'));

test.each([
  ['a folder by its path', join('..', basename(outside)), 'schema/missing-folder'],
  ['a folder by a link', 'link', 'schema/missing-folder'],
  ['a file by a link', 'migrations', 'schema/unreadable-script'],
])('migrations outside the checkout are never read: %s', async (_, path, code) => {
  const findings = await findingsOf(readMigrations({ workspace, path }));
  expect(findings).toMatchObject([{ code, message: expect.stringContaining('it is outside the checkout') }]);
});
