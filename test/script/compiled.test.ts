import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const home = join(root, 'script/licenses/libpg-query');
const origin: { version: string; file: string; sha256: string; contains: string[] } = JSON.parse(
  readFileSync(join(home, 'origin.json'), 'utf8'),
);

function hash(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

test('the compiled parser in dist is the one of the npm package, as recorded', () => {
  const folder = join(root, 'node_modules/libpg-query');
  expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({ version: origin.version });
  expect(hash(join(folder, origin.file))).toBe(origin.sha256);
  expect(hash(join(root, 'dist/chunks/libpg-query.wasm'))).toBe(origin.sha256);
});

test('dist carries the licence of everything that the compiled parser contains', () => {
  const texts = readdirSync(home).filter(file => file.endsWith('.txt'));
  expect(texts.map(file => file.replace('.txt', '')).sort()).toEqual([...origin.contains].sort());
  const carried = readFileSync(join(root, 'dist/licenses.txt'), 'utf8');
  for (const name of origin.contains) {
    expect(carried).toContain(`Its compiled code contains ${name}:`);
    expect(carried).toContain(readFileSync(join(home, `${name}.txt`), 'utf8').trim());
  }
});
