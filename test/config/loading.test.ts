import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { loadConfiguration } from '../../src/config/load.ts';
import { GateError } from '../../src/core/errors.ts';
import type { Finding } from '../../src/core/finding.ts';

const workspace = mkdtempSync(join(tmpdir(), 'release-gates-config-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));
mkdirSync(join(workspace, 'folder'));
writeFileSync(join(workspace, 'good.yml'), 'environments: { production: {} }');
writeFileSync(join(workspace, 'huge.yml'), `# ${'x'.repeat(1024 * 1024)}`);
writeFileSync(join(workspace, 'picture.png'), Buffer.from('89504e470d0a1a0a0000000d4948445200', 'hex'));
symlinkSync('nowhere.yml', join(workspace, 'dangling.yml'));
const outside = mkdtempSync(join(tmpdir(), 'release-gates-outside-'));
afterAll(() => rmSync(outside, { recursive: true, force: true }));
writeFileSync(join(outside, 'secret.yml'), 'fake-secret: value');
symlinkSync(join(outside, 'secret.yml'), join(workspace, 'link.yml'));
symlinkSync('good.yml', join(workspace, 'link-within.yml'));

async function findingsOf(path: string): Promise<Finding[]> {
  try {
    await loadConfiguration({ workspace, path, environment: '', commit: '' });
  } catch (error) {
    if (error instanceof GateError) return error.findings;
    throw error;
  }
  return [];
}

test('a file is read from the root of the repository', async () => {
  const config = await loadConfiguration({ workspace, path: 'good.yml', environment: '', commit: '' });
  expect(config).toMatchObject({ path: 'good.yml', environment: 'production' });
});

test('a link within the checkout is followed', async () => {
  expect(await findingsOf('link-within.yml')).toEqual([]);
});

describe('one clear error', () => {
  test.each([
    ['a file that is missing', 'none.yml', 'config/missing-file', 'none.yml: there is no such file'],
    ['a folder in its place', 'folder', 'config/missing-file', 'folder: it is a folder'],
    ['a file taken for a folder', 'good.yml/x.yml', 'config/missing-file', 'there is no such file'],
    ['a link that leads nowhere', 'dangling.yml', 'config/missing-file', 'there is no such file'],
    ['a link out of the checkout', 'link.yml', 'config/missing-file', 'link.yml: it is outside the checkout'],
    ['a path out of the checkout', join('..', basename(outside), 'secret.yml'), 'config/missing-file', 'it is outside'],
    ['an absolute path', join(outside, 'secret.yml'), 'config/missing-file', 'it is outside the checkout'],
    ['no name at all', '', 'config/missing-file', 'named by the input `config`: it is a folder'],
    [
      'a very large file',
      'huge.yml',
      'config/too-large-file',
      'huge.yml: it has 1048578 bytes, but the gate reads at most 262144',
    ],
    ['a file that is no text', 'picture.png', 'config/invalid-value', 'The configuration is'],
  ])('%s', async (_, path, code, message) => {
    const findings = await findingsOf(path);
    expect(findings).toMatchObject([{ code, severity: 'error', message: expect.stringContaining(message) }]);
    expect(findings[0]?.help).toMatch(/\.$/);
  });
});
