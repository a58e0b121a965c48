import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { passed } from '../../src/core/check.ts';
import { createRecord } from '../../src/core/record.ts';
import { runChecks } from '../../src/core/run-checks.ts';
import { createGitHub } from '../../src/github/api.ts';
import { createCommitFacts } from '../../src/github/commit-facts.ts';
import { testContext } from '../support/context.ts';
import { type GitHubEmulator, type PullRequestOptions, startGitHub } from '../support/emulators/github/index.ts';

const commit = 'c'.repeat(40);
const token = 'not-a-real-github-token';
let github: GitHubEmulator;

async function start(pulls: PullRequestOptions[] = []) {
  await github?.stop();
  github = await startGitHub({ repository: 'acme/shop', token, commits: [commit], pulls });
}

beforeEach(() => start());

afterEach(() => github.stop());

function facts() {
  const variables = { GITHUB_REPOSITORY: 'acme/shop', GITHUB_API_URL: github.apiUrl };
  return createCommitFacts(createGitHub(testContext({ variables }), token), undefined);
}

test('statuses are read across pages', async () => {
  for (let number = 0; number < 101; number++) {
    await fetch(`${github.apiUrl}/repos/acme/shop/statuses/${commit}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, connection: 'close' }, // an idle connection may be closed in between
      body: JSON.stringify({ state: number < 100 ? 'success' : 'failure', context: `ci/${number}` }),
    });
  }
  const checks = await facts().checks(commit);
  expect(checks).toHaveLength(101);
  expect(checks.at(-1)).toEqual({ name: 'ci/100', state: 'failure', said: 'failure', ofThisRun: false });
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

test('of several pull requests with a commit, the one whose merge created it counts', async () => {
  const head = 'd'.repeat(40);
  await start([
    { number: 7, head: 'one', sha: commit, state: 'closed', merged: true },
    { number: 8, head: 'two', sha: head, state: 'closed', merged: true, mergeCommit: commit },
    { number: 9, head: 'three', sha: commit },
  ]);
  expect(await facts().pullRequest(commit)).toMatchObject({ number: 8 });
});

test('the approval of a member with read access does not count as one with write access', async () => {
  await start([{ number: 7, head: 'one', sha: commit, fork: 'dev' }]);
  for (const user of ['reader', 'writer', 'owner', 'triager'])
    github.reviews.all.push({ pull: 7, user, state: 'APPROVED', sha: commit });
  github.collaborators.permissions.set('reader', 'none').set('owner', 'admin').set('triager', 'read');
  const pull = await facts().pullRequest(commit);
  expect(pull?.approvals.filter(({ mayWrite }) => mayWrite).map(({ user }) => user)).toEqual(['writer', 'owner']);
});

test('an approval whose author has unknown rights is an error that says what to do', async () => {
  await start([{ number: 7, head: 'one', sha: commit, fork: 'dev' }]);
  github.reviews.all.push({ pull: 7, user: 'ada', state: 'APPROVED', sha: commit });
  const body = { message: 'Must have push access to view collaborator permission.' };
  github.fail({ on: /collaborators/, answer: { status: 403, body } });
  await expect(facts().pullRequest(commit)).rejects.toMatchObject({
    findings: [
      {
        code: 'gate/github-refused',
        message: expect.stringContaining('the permission of ada in acme/shop (403): Must have push access'),
        help: "Pass the job's own token as `github-token`, or the token of a person with write access to acme/shop.",
      },
    ],
  });
});

test('a list of more than a thousand items is undecided, and one of a thousand is read whole', async () => {
  const alert = { package: 'leftpad', summary: 'pads the wrong side', severity: 'low' as const };
  for (let number = 0; number < 1_000; number++) github.alerts.dependabot.push(alert);
  expect(await facts().alerts('dependabot')).toHaveLength(1_000);
  await start([{ number: 7, head: 'one', sha: commit, fork: 'dev' }]);
  for (let number = 0; number < 1_000; number++)
    github.reviews.all.push({ pull: 7, user: `user-${number}`, state: 'COMMENTED', sha: commit });
  expect(await facts().pullRequest(commit)).toMatchObject({ approvals: [] });

  github.reviews.all.push({ pull: 7, user: 'ada', state: 'CHANGES_REQUESTED', sha: commit });
  for (let number = 0; number < 1_001; number++) github.alerts.dependabot.push(alert);
  for (const [name, ask] of [
    ['the reviews of pull request 7', () => facts().pullRequest(commit)],
    ['the open dependabot alerts', () => facts().alerts('dependabot')],
  ] as const) {
    const run = async () => {
      await ask();
      return passed();
    };
    const context = testContext();
    const [result] = await runChecks([{ name, boundary: 'delivery', run }], context);
    expect(result).toMatchObject({
      verdict: 'inconclusive',
      findings: [{ code: 'gate/list-too-long', message: expect.stringContaining(`more than 1,000 items in ${name}`) }],
    });
  }
});

test('a commit that GitHub does not have is not a missing permission', async () => {
  github.fail({ answer: { status: 422, body: { message: `No commit found for SHA: ${commit}` } } });
  await expect(facts().checks(commit)).rejects.toMatchObject({
    findings: [
      {
        code: 'gate/github-refused',
        message: expect.stringMatching(/\(422\): .*No commit found/),
        help: 'Fix what GitHub names. A commit must be pushed to acme/shop first.',
      },
    ],
  });
});

test('a token that is not valid is reported as such', async () => {
  github.fail({ answer: { status: 401, body: { message: 'Bad credentials' } } });
  await expect(facts().checks(commit)).rejects.toMatchObject({
    findings: [{ help: 'Pass a valid `github-token`: this one is misspelt, expired or revoked.' }],
  });
});

describe('the checks of a commit', () => {
  async function addCheck(name: string, conclusion: string, suite: number): Promise<void> {
    await fetch(`${github.apiUrl}/repos/acme/shop/check-runs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ name, head_sha: commit, conclusion }),
    });
    const added = github.checks.all.at(-1);
    if (added) added.suite = suite;
  }

  test('are those of the newest run of a workflow', async () => {
    github.runs.ofCommits.push({ id: 1, workflow: 5, sha: commit, suite: 11 });
    github.runs.ofCommits.push({ id: 2, workflow: 5, sha: commit, suite: 12 });
    await addCheck('test', 'failure', 11);
    await addCheck('test', 'success', 12);
    expect(await facts().checks(commit)).toEqual([
      { name: 'test', state: 'success', said: 'success', ofThisRun: false },
    ]);
  });

  test('of another workflow count, even if they have the same name', async () => {
    github.runs.ofCommits.push({ id: 1, workflow: 5, sha: commit, suite: 11 });
    github.runs.ofCommits.push({ id: 2, workflow: 6, sha: commit, suite: 12 });
    await addCheck('test', 'failure', 11);
    await addCheck('test', 'success', 12);
    expect((await facts().checks(commit)).map(({ state }) => state).toSorted()).toEqual(['failure', 'success']);
  });

  test('are the newest of each app and name where the runs of workflows cannot be read', async () => {
    github.fail({ on: /actions\/runs/, answer: { status: 403, body: { message: 'Resource not accessible' } } });
    await addCheck('test', 'success', 11);
    await addCheck('test', 'failure', 12);
    expect(await facts().checks(commit)).toEqual([
      { name: 'test', state: 'failure', said: 'failure', ofThisRun: false },
    ]);
  });
});

describe('the deployments of a commit', () => {
  async function deploy(payload: unknown, ...states: string[]): Promise<void> {
    const send = (path: string, body: object) =>
      fetch(`${github.apiUrl}/repos/acme/shop/deployments${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
    await send('', { ref: commit, environment: 'staging', payload, auto_merge: false, required_contexts: [] });
    for (const state of states) await send(`/${github.deployments.all.at(-1)?.id}/statuses`, { state });
  }
  const record = createRecord('staging', commit);

  test('do not count if they were withdrawn', async () => {
    await deploy(record, 'in_progress', 'inactive');
    expect(await facts().deployments(commit, 'staging')).toEqual([]);
  });

  test('count if they succeeded, and when another one came after them', async () => {
    await deploy(record, 'in_progress', 'success', 'inactive');
    expect(await facts().deployments(commit, 'staging')).toEqual(['inactive']);
  });

  test('do not count for a job with an `environment:` beside a release', async () => {
    await deploy(record, 'in_progress', 'failure');
    await deploy('', 'in_progress', 'success');
    expect(await facts().deployments(commit, 'staging')).toEqual(['failure']);
  });
});

describe('alerts that GitHub does not tell', () => {
  test.each([
    ['dependabot', 403, 'Dependabot alerts are disabled for this repository.', 'Switch it on in the settings'],
    ['secrets', 404, 'Secret scanning is disabled on this repository.', 'Switch it on in the settings'],
    ['code-scanning', 403, 'Code Security must be enabled for this repository.', 'Switch it on in the settings'],
    ['secrets', 403, 'Resource not accessible by integration', 'Pass the token of a GitHub App'],
    ['dependabot', 403, 'Resource not accessible by integration', 'vulnerability-alerts: read'],
  ] as const)('say what to do: %s, %s, %s', async (kind, status, message, help) => {
    github.fail({ on: /alerts/, answer: { status, body: { message } } });
    await expect(facts().alerts(kind)).rejects.toMatchObject({
      findings: [{ code: 'gate/github-refused', help: expect.stringContaining(help) }],
    });
  });
});
