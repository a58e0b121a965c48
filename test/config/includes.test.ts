import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadConfiguration } from '../../src/config/load.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-gates-includes-'));
  mkdirSync(join(folder, 'checkout'));
  writeFileSync(join(folder, 'outside.yml'), 'flows: { front-page: [{ get: / }] }\n');
  writeFileSync(join(folder, 'checkout/inside.yml'), 'flows: { front-page: [{ get: / }] }\n');
  symlinkSync('../outside.yml', join(folder, 'checkout/link-out.yml'));
  writeFileSync(join(folder, 'checkout/..named.yml'), 'flows: { front-page: [{ get: / }] }\n');
  symlinkSync('inside.yml', join(folder, 'checkout/link-in.yml'));
  symlinkSync('checkout', join(folder, 'checkout-by-link'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function load(path: string, workspace = 'checkout') {
  writeFileSync(join(folder, 'checkout/release-gates.yml'), `smoke: { include: [${path}] }\n`);
  return loadConfiguration({
    workspace: join(folder, workspace),
    path: 'release-gates.yml',
    environment: '',
    commit: '',
  });
}

test.each(['inside.yml', 'link-in.yml', '..named.yml'])('a file of the repository is included: %s', async path => {
  expect(Object.keys((await load(path)).smoke.flows)).toEqual(['front-page']);
  expect(Object.keys((await load(path, 'checkout-by-link')).smoke.flows)).toEqual(['front-page']);
});

test.each(['../outside.yml', 'link-out.yml'])('one outside of it is not, by path or by link: %s', async path => {
  await expect(load(path)).rejects.toMatchObject({
    findings: [{ code: 'config/missing-include', message: expect.stringContaining('it is outside the checkout') }],
  });
});
