import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resolveWithin } from '../../src/core/path-within.ts';

let above: string;
let folder: string;

beforeAll(async () => {
  above = await realpath(await mkdtemp(join(tmpdir(), 'path-within-')));
  folder = join(above, 'checkout');
  await mkdir(join(folder, 'flows'), { recursive: true });
  await mkdir(join(above, 'checkout-2'));
  await writeFile(join(folder, 'flows/a.yml'), 'a');
  await writeFile(join(above, 'secret'), 's');
  await symlink(join(above, 'secret'), join(folder, 'link-out'));
  await symlink(above, join(folder, 'folder-out'));
  await symlink('flows/a.yml', join(folder, 'link-in'));
  await symlink(join(above, 'not-yet'), join(folder, 'link-to-nothing'));
  await symlink('circle', join(folder, 'circle'));
  await symlink(folder, join(above, 'checkout-link'));
});

afterAll(() => rm(above, { recursive: true }));

test.each([
  ['flows/a.yml', 'flows/a.yml'],
  ['..name', '..name'],
  ['..name/../flows/a.yml', 'flows/a.yml'],
  ['link-in', 'flows/a.yml'],
  ['new/folder/report.xml', 'new/folder/report.xml'],
  ['flows/a.yml/below-a-file', 'flows/a.yml/below-a-file'],
])('%s is in the folder', async (path, real) => {
  expect(await resolveWithin(folder, path)).toBe(join(folder, real));
});

test.each([
  '..',
  '../secret',
  '../checkout-2',
  '/etc/passwd',
  'link-out',
  'folder-out/secret',
  'folder-out/not-there-yet',
  'link-to-nothing',
])('%s is outside of the folder', async path => {
  expect(await resolveWithin(folder, path)).toBeUndefined();
});

test('a folder that is itself reached by a link has what is in it', async () => {
  expect(await resolveWithin(join(above, 'checkout-link'), 'flows')).toBe(join(folder, 'flows'));
  expect(await resolveWithin(join(above, 'checkout-link'), '')).toBe(folder);
});

test('a circle of links leads nowhere, and is told', async () => {
  await expect(resolveWithin(folder, 'circle')).rejects.toMatchObject({ code: 'ELOOP' });
});
