import { describe, expect, test } from '@jest/globals';
import { notesOf } from '../../../script/ci/changelog.ts';
import { type ReleaseRequest, releaseProblems } from '../../../script/ci/release-problems.ts';

const changelog = `# Changelog

## Unreleased

## [1.10.0] - 2026-02-01

### Added

- A gate.

## 1.1.0 - 2026-01-01

- An older one.

## 1.0.0
`;

const good: ReleaseRequest = {
  version: '1.10.0',
  packageVersion: '1.10.0',
  changelog,
  tags: ['v1', 'v1.1.0'],
  ref: 'refs/heads/main',
  changed: ['CHANGELOG.md', 'package.json', ''],
};

describe('notes of a version', () => {
  test('are its section of the changelog, without the heading', () => {
    expect(notesOf(changelog, '1.10.0')).toBe('### Added\n\n- A gate.');
    expect(notesOf(changelog, '1.1.0')).toBe('- An older one.');
  });

  test.each(['1.0.0', '1.1', '1.10', '2.0.0', ''])('are empty for %p, which has no text', version => {
    expect(notesOf(changelog, version)).toBe('');
  });
});

describe('a release', () => {
  test('is made when everything fits', () => {
    expect(releaseProblems(good)).toEqual([]);
  });

  test.each(['v1.10.0', '1.10', '1.10.0-rc.1', '01.1.0', '', '1.10.0\n'])('is refused for %p', version => {
    expect(releaseProblems({ ...good, version })).toEqual([expect.stringContaining('is no version')]);
  });

  test.each<[string, Partial<ReleaseRequest>, string]>([
    ['from another branch', { ref: 'refs/heads/topic' }, 'not from refs/heads/topic'],
    ['of another package version', { packageVersion: '1.9.0' }, 'package.json has version 1.9.0'],
    ['without a changelog', { changelog: '# Changelog\n' }, 'no section "## 1.10.0"'],
    ['of a commit that changes a workflow', { changed: ['.github/workflows/ci.yml'] }, 'release a later commit'],
    ['that was made before', { tags: ['v1.10.0'] }, 'The tag v1.10.0 exists'],
  ])('is refused %s', (_, change, problem) => {
    expect(releaseProblems({ ...good, ...change })).toEqual([expect.stringContaining(problem)]);
  });

  test('is refused with all reasons at once', () => {
    expect(releaseProblems({ ...good, version: '3.0.0', ref: 'refs/tags/v3.0.0' })).toHaveLength(3);
  });
});
