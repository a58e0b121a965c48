import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createRecord, type ReleaseRecord } from '../../src/core/record.ts';
import type { PastRelease } from '../../src/core/releases.ts';
import { createGitHub } from '../../src/github/api.ts';
import { createReleases } from '../../src/github/deployments.ts';
import { testContext } from '../support/context.ts';
import { type GitHubEmulator, startGitHub } from '../support/emulators/github/index.ts';

const commit = 'a'.repeat(40);
const token = 'not-a-real-github-token';
let github: GitHubEmulator;

beforeEach(async () => {
  github = await startGitHub({ repository: 'acme/shop', token });
});

afterEach(() => github.stop());

function releases(variables: Record<string, string> = {}, withToken = token) {
  const context = testContext({
    variables: { GITHUB_REPOSITORY: 'acme/shop', GITHUB_API_URL: github.apiUrl, GITHUB_RUN_ID: '7', ...variables },
  });
  return createReleases(createGitHub(context, withToken));
}

async function all(environment: string): Promise<PastRelease[]> {
  const found: PastRelease[] = [];
  for await (const release of releases().past(environment)) found.push(release);
  return found;
}

describe('releases on GitHub', () => {
  test('do not wait for checks of the commit that are not green', async () => {
    await fetch(`${github.apiUrl}/repos/acme/shop/statuses/${commit}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ state: 'pending', context: 'this very workflow' }),
    });
    await expect(releases().open(createRecord('production', commit))).resolves.toBeDefined();
  });

  test('stay the same release when only their first status is lost', async () => {
    github.fail({ on: /^POST .*\/statuses/, answer: { status: 502, html: '<html>' } });
    const release = await releases().open(createRecord('production', commit));
    expect(release.notShown).toMatchObject({ findings: [{ code: 'gate/github-unavailable' }] });
    await release.succeeded('');
    expect(github.deployments.all.map(({ id, statuses }) => [String(id), statuses.at(-1)?.state])).toEqual([
      [release.id, 'success'],
    ]);
  });

  test('put the reason of a failure into the status, as long as GitHub allows', async () => {
    const release = await releases().open(createRecord('production', commit));
    await release.failed('x'.repeat(500));
    expect(github.deployments.all[0]?.statuses.at(-1)).toMatchObject({
      state: 'failure',
      description: `${'x'.repeat(139)}…`,
      logUrl: 'https://github.com/acme/shop/actions/runs/7',
    });
  });

  test('distinguish production from other environments', async () => {
    for (const environment of ['production', 'staging', '']) await releases().open(createRecord(environment, commit));
    expect(github.deployments.all.map(({ environment, production }) => [environment, production])).toEqual([
      ['production', true],
      ['staging', false],
      ['production', true],
    ]);
  });

  test('are found again, newest first, across pages', async () => {
    for (let number = 0; number < 60; number++) {
      await releases().open(createRecord('production', number.toString(16).padStart(40, '0')));
    }
    const found = await all('production');
    expect(found).toHaveLength(60);
    expect(found[0]?.record.commit).toBe('3b'.padStart(40, '0'));
  });

  test('are found in progress, and resumed, behind deployments of jobs with an `environment:`', async () => {
    const open = await releases().open(createRecord('production', commit));
    for (let job = 0; job < 12; job++) {
      await fetch(`${github.apiUrl}/repos/acme/shop/deployments`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ ref: commit, environment: 'production', auto_merge: false, required_contexts: [] }),
      });
    }
    expect(github.deployments.all).toHaveLength(13);
    expect(await releases({ GITHUB_RUN_ID: '8' }).underWay('production')).toMatchObject({ id: open.id, commit });
    expect(await releases().resume('production', commit)).toMatchObject({ id: open.id });
  });

  test('hold the environment even if their record cannot be read, and are never passed over', async () => {
    const open = await releases().open(createRecord('production', commit));
    const [ours] = github.deployments.all;
    if (ours) ours.payload = { version: 2, commit, services: [], gates: {} };
    expect(await releases({ GITHUB_RUN_ID: '8' }).underWay('production')).toMatchObject({ id: open.id, commit });
    await expect(releases().past('production')[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      findings: [{ code: 'release/unreadable-record', message: expect.stringContaining(open.id) }],
    });
  });

  test('keep what was live before when the findings are too large for a payload', async () => {
    const finding = {
      code: 'x/y',
      severity: 'notice',
      boundary: 'data',
      message: 'x'.repeat(1000),
      help: 'none',
    } as const;
    const times = { startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:00:01Z' };
    const record: ReleaseRecord = {
      ...createRecord('production', commit),
      services: { api: { platform: 'fly', before: { id: 'registry.fly.io/app:1' } } },
      gates: [
        { gate: 'probe', verdict: 'passed', ...times, checks: 1, findings: Array.from({ length: 50 }, () => finding) },
      ],
    };
    await releases().open(record);
    const [found] = await all('production');
    expect(found?.record.services).toEqual(record.services);
    expect(found?.record.gates).toMatchObject([{ gate: 'probe', findings: [] }]);
  });

  test.each([
    ['the input `github-token` is empty', {}, ''],
    ['GITHUB_REPOSITORY is not set', { GITHUB_REPOSITORY: '' }, token],
  ])('cannot be kept when %s', async (message, variables, withToken) => {
    const open = releases(variables, withToken).open(createRecord('production', commit));
    await expect(open).rejects.toMatchObject({
      findings: [{ code: 'gate/github-refused', message: expect.stringContaining(message) }],
    });
  });

  test('cannot be kept with a token that is not valid', async () => {
    const open = releases({}, 'another-token').open(createRecord('production', commit));
    await expect(open).rejects.toMatchObject({
      findings: [{ code: 'gate/github-refused', message: expect.stringContaining('Bad credentials') }],
    });
  });
});
