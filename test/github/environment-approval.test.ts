import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createGitHub } from '../../src/github/api.ts';
import { findEnvironmentApproval } from '../../src/github/environment-approval.ts';
import { testContext } from '../support/context.ts';
import { type GitHubEmulator, startGitHub } from '../support/emulators/github/index.ts';

const token = 'not-a-real-github-token';
let github: GitHubEmulator;

beforeEach(async () => {
  github = await startGitHub({ repository: 'acme/shop', token });
  github.runs.reviews.set('7', [
    { user: 'ada', environment: 'staging', state: 'approved' },
    { user: 'grace', environment: 'Production', state: 'approved' },
    { user: 'alan', environment: 'production', state: 'rejected' },
  ]);
});

afterEach(() => github.stop());

function approvalOf(runId: string, environment: string): Promise<string | undefined> {
  const variables = { GITHUB_REPOSITORY: 'acme/shop', GITHUB_API_URL: github.apiUrl, GITHUB_RUN_ID: runId };
  return findEnvironmentApproval(createGitHub(testContext({ variables }), token), runId, environment);
}

describe('the approval of a run for its GitHub environment', () => {
  test.each([
    ['7', 'production', 'grace for Production'],
    ['7', '', 'ada for staging, grace for Production'],
    ['7', 'preview', undefined],
    ['8', 'production', undefined],
  ])('of run %s for "%s": %s', async (run, environment, approval) => {
    await expect(approvalOf(run, environment)).resolves.toBe(approval);
  });

  test('names the missing permission when GitHub does not show it', async () => {
    await github.stop();
    github = await startGitHub({ repository: 'acme/shop', token, permissions: { contents: 'read' } });
    await expect(approvalOf('7', 'production')).rejects.toMatchObject({
      findings: [{ code: 'gate/github-refused', help: expect.stringContaining('permissions: { actions: read }') }],
    });
  });
});
