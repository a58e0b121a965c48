import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { archiveSize } from '../bench/archive-size.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const size = archiveSize(root);

/** What a runner downloads for each job that uses an action of the suite. */
describe('the archive of the repository', () => {
  if (size === undefined) {
    test.skip('runs in a git checkout', () => {});
    return;
  }

  test('is under 1.5 MB', () => {
    expect(size).toBeLessThan(1_500_000);
  });

  test('has the actions, what they run and what a reader of them needs, and nothing else', () => {
    const tar = execFileSync('git', ['archive', 'HEAD'], { cwd: root, maxBuffer: 64_000_000 });
    const names = execFileSync('tar', ['-tf', '-'], { input: tar, encoding: 'utf8' }).trim().split('\n');
    const top = new Set(names.map(name => name.split('/')[0]));
    const allowed = [
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'action.yml',
      'actions',
      'dist',
      'package.json',
    ];
    expect([...top].filter(name => !allowed.includes(name ?? ''))).toEqual([]);
  });
});
