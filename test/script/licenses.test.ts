import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { licensesOf } from '../../script/licenses.ts';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'licenses-'));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A package in node_modules with these files; the answer is its folder, from the root. */
function install(name: string, license: string | undefined, files: Record<string, string> = {}): string {
  const folder = `node_modules/${name}`;
  const manifest = JSON.stringify({ name: name.replace(/^.*node_modules\//, ''), version: '1.2.3', license });
  for (const [path, text] of Object.entries({ ...files, 'package.json': manifest })) {
    const file = join(root, folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

function bundleOf(...files: string[]): Parameters<typeof licensesOf>[0] {
  const inputs = Object.fromEntries(['src/main.ts', ...files].map(file => [file, { bytesInOutput: 10 }]));
  return { outputs: { 'dist/main.mjs': { bytes: 10, imports: [], exports: [], inputs } } };
}

describe('licences of what is bundled', () => {
  test('names every package once, in order, with version, licence and text', () => {
    const zebra = install('zebra', 'ISC', { LICENSE: 'The zebra licence  \r\nsecond line\r\n' });
    const ant = install('@small/ant', 'MIT', { 'license.md': 'The ant licence' });
    const text = licensesOf(bundleOf(`${zebra}/a.js`, `${zebra}/b.js`, `${ant}/index.js`), root);
    const line = '-'.repeat(80);
    expect(text).toBe(
      `@small/ant 1.2.3 (MIT)\n\nThe ant licence\n\n${line}\n\nzebra 1.2.3 (ISC)\n\nThe zebra licence\nsecond line\n`,
    );
  });

  test('leaves out a package of which nothing remains in the bundle', () => {
    const unused = install('unused', 'GPL-3.0-only');
    const metafile = bundleOf(`${unused}/index.js`);
    for (const output of Object.values(metafile.outputs)) output.inputs[`${unused}/index.js`] = { bytesInOutput: 0 };
    expect(licensesOf(metafile, root)).not.toContain('unused');
  });

  test('tells a package inside another from the outer one', () => {
    install('outer', 'MIT', { LICENSE: 'The outer licence' });
    const inner = install('outer/node_modules/inner', 'MIT', { LICENSE: 'The inner licence' });
    const text = licensesOf(bundleOf(`${inner}/index.js`), root);
    expect(text).toContain('inner 1.2.3 (MIT)');
    expect(text).not.toContain('outer');
  });

  test('adds notices, and the licence of code by others only when that code is bundled', () => {
    const carrier = install('carrier', 'Apache-2.0', {
      LICENSE: 'The carrier licence',
      NOTICE: 'The carrier notice',
      'lib/parser/LICENSE': 'The parser licence',
      'lib/parser/deep/index.js': '',
      'lib/unused/LICENSE': 'The unused licence',
    });
    const text = licensesOf(bundleOf(`${carrier}/lib/parser/deep/index.js`), root);
    expect(text).toContain('The carrier licence');
    expect(text).toContain('The carrier notice');
    expect(text).toContain('The parser licence');
    expect(text).not.toContain('The unused licence');
  });

  test('takes the licence from the README where that is its only place', () => {
    const readme = '# tiny\n\n## License\n\nCopyright (c) A. Person\n\nPermission is hereby granted, free of charge.\n';
    const tiny = install('tiny', 'MIT', { 'README.md': readme });
    expect(licensesOf(bundleOf(`${tiny}/index.js`), root)).toContain('Copyright (c) A. Person');
  });

  test.each(['MIT', '(MIT OR GPL-3.0-only)', '(MIT AND CC0-1.0)'])('accepts %s', license => {
    const fine = install('fine', license, { LICENSE: 'The licence' });
    expect(licensesOf(bundleOf(`${fine}/index.js`), root)).toContain(`fine 1.2.3 (${license})`);
  });

  test.each(['GPL-3.0-only', '(MIT AND GPL-3.0-only)', '(MIT OR ISC) AND GPL-3.0-only', 'UNLICENSED', undefined])(
    'refuses %s',
    license => {
      const viral = install('viral', license, { LICENSE: 'The licence' });
      expect(() => licensesOf(bundleOf(`${viral}/index.js`), root)).toThrow(
        `viral 1.2.3: its licence is ${license ?? 'no licence'}`,
      );
    },
  );

  test('refuses a package without a licence text, and names every such package at once', () => {
    const bare = install('bare', 'MIT', { 'README.md': '## License\n\nMIT\n' });
    const naked = install('naked', 'MIT');
    const build = (): string => licensesOf(bundleOf(`${bare}/index.js`, `${naked}/index.js`), root);
    expect(build).toThrow('bare 1.2.3: it has no licence file');
    expect(build).toThrow('naked 1.2.3: it has no licence file');
  });
});
