import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createGitHub } from '../../src/github/api.ts';
import { askForChanges } from '../../src/github/changed-files.ts';
import { fastClock } from '../platforms/support.ts';
import { testContext } from '../support/context.ts';
import { type GitHubEmulator, type GitHubOptions, startGitHub } from '../support/emulators/github/index.ts';
import { shaOf } from '../support/emulators/github/repository.ts';

const token = 'not-a-real-github-token';
let github: GitHubEmulator;
const folder = mkdtempSync(join(tmpdir(), 'release-gates-changes-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function start(options: Partial<GitHubOptions> = {}): Promise<void> {
  const pulls = [{ number: 7, head: 'feature', sha: shaOf('feature') }];
  github = await startGitHub({ repository: 'acme/shop', token, pulls, ...options });
}

beforeEach(() => start());
afterEach(() => github.stop());

function filesOf(number: number, given = token) {
  return changesOf({ pull_request: { number } }, { given });
}

interface Run {
  name?: string;
  /** The token. */
  given?: string;
}

async function changesOf(event: object, { name = 'pull_request', given = token }: Run = {}) {
  const path = join(folder, 'event.json');
  writeFileSync(path, JSON.stringify(event));
  const variables = {
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_API_URL: github.apiUrl,
    GITHUB_EVENT_NAME: name,
    GITHUB_EVENT_PATH: path,
  };
  const ask = askForChanges(createGitHub(testContext({ variables, clock: fastClock(1000) }), given), variables);
  return ask?.();
}

describe('the files of a pull request', () => {
  test('are those that it adds, modifies or removes; a renamed file is removed and added', async () => {
    github.changedFiles.files.set(7, [
      { path: 'added.sql', status: 'added' },
      { path: 'copied.sql', status: 'copied' },
      { path: 'modified.sql', status: 'modified' },
      { path: 'mode.sql', status: 'changed' },
      { path: 'same.sql', status: 'unchanged' },
      { path: 'new.sql', status: 'renamed', from: 'old.sql' },
      { path: 'removed.sql', status: 'removed' },
    ]);
    await expect(filesOf(7)).resolves.toEqual([
      { path: 'added.sql', change: 'added' },
      { path: 'copied.sql', change: 'added' },
      { path: 'modified.sql', change: 'modified' },
      { path: 'mode.sql', change: 'modified' },
      { path: 'old.sql', change: 'removed' },
      { path: 'new.sql', change: 'added' },
      { path: 'removed.sql', change: 'removed' },
    ]);
  });

  test('are read to the last page', async () => {
    const files = Array.from({ length: 1_234 }, (_, index) => ({ path: `${index}.sql`, status: 'added' as const }));
    github.changedFiles.files.set(7, files);
    await expect(filesOf(7)).resolves.toHaveLength(1_234);
  });

  test('are unknown when there are more than GitHub lists', async () => {
    const files = Array.from({ length: 3_001 }, (_, index) => ({ path: `${index}.sql`, status: 'added' as const }));
    github.changedFiles.files.set(7, files);
    await expect(filesOf(7)).resolves.toEqual({ untold: expect.stringContaining('only the first 3,000 files') });
  });

  test('are unknown without a token or its permission', async () => {
    await expect(filesOf(7, '')).resolves.toEqual({ untold: expect.stringContaining('`github-token` is empty') });
    await github.stop();
    await start({ permissions: { contents: 'read' } });
    await expect(filesOf(7)).resolves.toEqual({ untold: expect.stringContaining('(403)') });
  });

  test('are an error during an outage', async () => {
    github.fail({ on: /files/, answer: { status: 503 }, times: Number.POSITIVE_INFINITY });
    await expect(filesOf(7)).rejects.toMatchObject({ findings: [{ code: 'gate/github-unavailable' }] });
  });
});

describe('the files of commits', () => {
  const [base, head] = [shaOf('base'), shaOf('head')];
  const added = [{ path: 'added.sql', change: 'added' }];
  beforeEach(() => {
    github.repository.refs.set('refs/heads/main', shaOf('main'));
    for (const from of [base, 'main'])
      github.changedFiles.compared.set(`${from}...${head}`, [{ path: 'added.sql', status: 'added' }]);
  });

  test.each([
    ['merge_group', { merge_group: { base_sha: base, head_sha: head } }],
    ['push', { before: base, after: head }],
    ['push', { before: '0'.repeat(40), after: head, repository: { default_branch: 'main' } }],
  ])('are what they add to their base: %s %j', async (name, event) => {
    await expect(changesOf(event, { name })).resolves.toEqual(added);
  });

  test.each([
    ['merge_group', {}],
    ['push', { after: head }],
    ['workflow_dispatch', { inputs: {} }],
    ['schedule', {}],
  ])('are unknown without a base: %s %j', async (name, event) => {
    await expect(changesOf(event, { name })).resolves.toEqual({
      untold: `The event \`${name}\` does not tell what the run changes.`,
    });
  });

  test('are unknown when there are more than GitHub compares', async () => {
    const files = Array.from({ length: 301 }, (_, index) => ({ path: `${index}.sql`, status: 'added' as const }));
    github.changedFiles.compared.set(`${base}...${head}`, files);
    const event = { merge_group: { base_sha: base, head_sha: head } };
    await expect(changesOf(event, { name: 'merge_group' })).resolves.toEqual({
      untold: expect.stringContaining('only the first 300 files'),
    });
  });
});
