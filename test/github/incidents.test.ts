import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createRecord } from '../../src/core/record.ts';
import type { GateReport } from '../../src/core/report.ts';
import { createGitHub } from '../../src/github/api.ts';
import { createIncidents } from '../../src/github/incidents.ts';
import { testContext } from '../support/context.ts';
import { type GitHubEmulator, startGitHub } from '../support/emulators/github/index.ts';

const token = 'not-a-real-github-token';
let github: GitHubEmulator;

beforeEach(async () => {
  github = await startGitHub({ repository: 'acme/shop', token });
});

afterEach(() => github.stop());

function note(commit: string): Promise<string> {
  const variables = { GITHUB_REPOSITORY: 'acme/shop', GITHUB_API_URL: github.apiUrl, GITHUB_RUN_ID: '7' };
  const incidents = createIncidents(createGitHub(testContext({ variables }), token));
  const report: GateReport = {
    gate: 'rollback',
    verdict: 'failed',
    headline: 'It stays.',
    checks: [],
    outputs: {},
    startedAt: 0,
    finishedAt: 0,
  };
  return incidents.note({ record: createRecord('production', commit), report, reason: '' });
}

test('the open incident of a release is found behind a hundred others', async () => {
  const first = await note('a'.repeat(40));
  for (let number = 0; number < 100; number++) await note(number.toString(16).padStart(40, '0'));
  expect(await note('a'.repeat(40))).toContain(`${first}#`);
});

test('an incident behind too many open ones is opened again and says so', async () => {
  const first = await note('a'.repeat(40));
  const [old] = github.issues.all;
  if (old === undefined) throw new Error('no issue was opened');
  for (let number = 2; number < 1_002; number++) github.issues.all.push({ ...old, number, body: '' });
  expect(await note('a'.repeat(40))).not.toContain(`${first}#`);
  expect(github.issues.all.at(-1)?.body).toContain(
    'There are too many open issues with the label `incident` to read them all',
  );
});
