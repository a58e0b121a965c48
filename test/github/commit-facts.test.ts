import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createGitHub } from '../../src/github/api.ts';
import { commitFactsOnGitHub } from '../../src/github/commit-facts.ts';
import { testContext } from '../support/context.ts';
import { type GitHubEmulator, startGitHub } from '../support/emulators/github/index.ts';

const commit = 'c'.repeat(40);
const token = 'not-a-real-github-token';
let github: GitHubEmulator;

beforeEach(async () => {
  github = await startGitHub({ repository: 'acme/shop', token, commits: [commit] });
});

afterEach(() => github.stop());

function facts() {
  const variables = { GITHUB_REPOSITORY: 'acme/shop', GITHUB_API_URL: github.apiUrl };
  return commitFactsOnGitHub(createGitHub(testContext({ variables }), token), undefined);
}

test('statuses are read across pages', async () => {
  for (let number = 0; number < 101; number++) {
    await fetch(`${github.apiUrl}/repos/acme/shop/statuses/${commit}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ state: number < 100 ? 'success' : 'failure', context: `ci/${number}` }),
    });
  }
  const checks = await facts().checks(commit);
  expect(checks).toHaveLength(101);
  expect(checks.at(-1)).toEqual({ name: 'ci/100', state: 'failure', said: 'failure' });
});

test('alerts of Dependabot are read across pages', async () => {
  const alert = { package: 'leftpad', summary: 'pads the wrong side' };
  for (let number = 0; number < 250; number++) {
    github.alerts.dependabot.push({ ...alert, severity: number < 249 ? 'low' : 'critical' });
  }
  const alerts = await facts().alerts('dependabot');
  expect(alerts).toHaveLength(250);
  expect(alerts.at(-1)).toMatchObject({ severity: 'critical' });
});
