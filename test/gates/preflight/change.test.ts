import { beforeEach, describe, expect, test } from '@jest/globals';
import { GateError } from '../../../src/core/errors.ts';
import { found } from '../../../src/core/finding.ts';
import { createGitHub, refusedByGitHub } from '../../../src/github/api.ts';
import { createCommitFacts } from '../../../src/github/commit-facts.ts';
import { cleanUp, onCleanUp } from '../../support/clean-up.ts';
import { testContext } from '../../support/context.ts';
import { type GitHubEmulator, type Permissions, startGitHub } from '../../support/emulators/github/index.ts';
import { codes, commit, run, seen, serveJson } from './support.ts';

const token = 'not-a-real-github-token';
const head = 'f'.repeat(40);
let github: GitHubEmulator;

async function start(permissions?: Permissions): Promise<void> {
  github = await startGitHub({
    repository: 'acme/shop',
    token,
    commits: [commit],
    pulls: [{ number: 7, head: 'feature', sha: commit, state: 'closed', merged: true, fork: 'dev' }],
    ...(permissions && { permissions }),
  });
  onCleanUp(() => github.stop());
}

beforeEach(() => start());
const variables = () => ({ GITHUB_REPOSITORY: 'acme/shop', GITHUB_API_URL: github.apiUrl, GITHUB_RUN_ID: '99' });

function check(change: string, more: Record<string, string> = {}) {
  const context = { variables: { ...variables(), ...more } };
  const facts = createCommitFacts(createGitHub(testContext(context), token), '99');
  return run(`change: { ${change} }`, { ...context, facts });
}

/** As a workflow or an app does it, over the API. */
async function post(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${github.apiUrl}/repos/acme/shop${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

const checkRun = (name: string, conclusion?: string, more = {}) =>
  post('/check-runs', {
    name,
    head_sha: commit,
    ...(conclusion ? { status: 'completed', conclusion } : { status: 'in_progress' }),
    ...more,
  });

describe('[R1] [V1] the checks of the commit', () => {
  test('are green, checks and statuses alike', async () => {
    await checkRun('lint', 'success');
    await checkRun('test (20)', 'success');
    await checkRun('test (24)', 'skipped');
    await post(`/statuses/${commit}`, { state: 'success', context: 'ci/build' });
    expect((await check('checks: [lint, "test *", ci/build]')).verdict).toBe('passed');
    expect((await check('checks: []')).verdict).toBe('passed');
  });

  test('stand in the way when one failed, is not done, or is not there', async () => {
    await checkRun('lint', 'failure');
    await checkRun('test');
    const report = await check('checks: [lint, test, tests]');
    expect(codes(report)).toEqual(Array(3).fill('error change/check-not-green'));
    expect(seen(report)).toBe(
      [
        'The check "lint" of 0123456 ended with failure.',
        'The check "test" of 0123456 is not finished (in_progress).',
        'The commit 0123456 has no check "tests".',
      ].join('\n'),
    );
    expect(report.checks[0]?.findings[2]?.help).toBe('Did you mean "test"?');
  });

  test('are not those of the workflow that asks', async () => {
    await checkRun('lint', 'success');
    await checkRun('release', undefined, { details_url: 'https://github.com/acme/shop/actions/runs/99/job/1' });
    expect((await check('checks: []')).verdict).toBe('passed');
  });

  test('of this run are left out, and `needs` is what holds them', async () => {
    const ours = { details_url: 'https://github.com/acme/shop/actions/runs/99/job/1' };
    await checkRun('lint', 'success');
    await checkRun('test', 'failure', ours);
    const named = await check('checks: [test]');
    expect(codes(named)).toEqual(['error change/check-not-green']);
    expect(seen(named)).toBe('The check "test" is a job of this run, so the gate leaves it out.');
    expect(named.checks[0]?.findings[0]?.help).toContain('`needs`');
    const all = await check('checks: []');
    expect([all.verdict, codes(all)]).toEqual(['passed', ['warning change/check-not-green']]);
    expect(seen(all)).toContain('of which these failed: test');
  });

  test('that do not exist at all are no green ones', async () => {
    expect(seen(await check('checks: []'))).toContain('has no checks at all');
  });

  test('cannot be read without the permission, which is named', async () => {
    await cleanUp();
    await start({ contents: 'read' });
    const report = await check('checks: [lint]');
    expect(report.verdict).toBe('error');
    expect(report.checks[0]?.findings[0]?.help).toContain('checks: read');
  });
});

describe('[V1] the approvals of the pull request', () => {
  const review = (user: string, state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED', more = {}) =>
    github.reviews.all.push({ pull: 7, user, state, sha: commit, ...more });

  test('are enough when the required kind of reviewer approved its last state', async () => {
    review('Senior', 'CHANGES_REQUESTED');
    review('Senior', 'APPROVED');
    review('Senior', 'COMMENTED');
    expect((await check('approvals: { by: ["@senior"] }')).verdict).toBe('passed');
    expect((await check('approvals: {}')).verdict).toBe('passed');
  });

  test.each<[string, () => void, string, string]>([
    [
      'there are too few',
      () => review('a', 'APPROVED'),
      '{ count: 2 }',
      'has 1 approval for its last state, expected 2',
    ],
    ['it is by another person', () => review('a', 'APPROVED'), '{ by: [senior] }', 'has 0 approvals from senior'],
    ['it is of an earlier state', () => review('a', 'APPROVED', { sha: head }), '{}', 'has 0 approvals'],
    ['it was dismissed', () => review('a', 'DISMISSED'), '{}', 'has 0 approvals'],
    [
      'it is by one who may not write',
      () => {
        github.collaborators.permissions.set('a', 'read');
        review('a', 'APPROVED');
      },
      '{}',
      'has 0 approvals',
    ],
    ['it is by the author', () => review('dev', 'APPROVED'), '{}', 'has 0 approvals'],
    [
      'someone asks for changes',
      () => {
        review('a', 'APPROVED');
        review('b', 'CHANGES_REQUESTED');
      },
      '{}',
      'b asked for changes',
    ],
  ])('are not when %s', async (_, make, wanted, words) => {
    make();
    const report = await check(`approvals: ${wanted}`);
    expect(codes(report)).toEqual(['error change/not-approved']);
    expect(seen(report)).toContain(words);
  });

  test('are enough when only a stranger asks for changes, who could not block on GitHub either', async () => {
    review('a', 'APPROVED');
    review('stranger', 'CHANGES_REQUESTED', { association: 'NONE' });
    github.collaborators.permissions.set('stranger', 'read');
    expect((await check('approvals: {}')).verdict).toBe('passed');
  });

  describe('by members of a team', () => {
    const seniors = '{ team: "@acme/seniors" }';

    test('are enough, and so is one of the users named in `by`', async () => {
      github.teams.members.set('acme/seniors', ['Senior']);
      review('senior', 'APPROVED');
      expect((await check(`approvals: ${seniors}`)).verdict).toBe('passed');
      review('dev-2', 'APPROVED');
      expect((await check('approvals: { count: 2, team: acme/seniors, by: [dev-2] }')).verdict).toBe('passed');
    });

    test('are missing when others approved, and of a team without members no one is enough', async () => {
      for (const members of [['someone-else'], []]) {
        github.teams.members.set('acme/seniors', members);
        review('a', 'APPROVED');
        const report = await check(`approvals: ${seniors}`);
        expect([report.verdict, codes(report)]).toEqual(['failed', ['error change/not-approved']]);
        expect(seen(report)).toContain('has 0 approvals from the team acme/seniors for its last state, expected 1');
      }
    });

    test.each<[string, Permissions | undefined, string]>([
      ['the token may not read it', { 'pull-requests': 'read', contents: 'read' }, '(403): Resource not accessible'],
      ['the token does not see it', undefined, '(404): Not Found'],
    ])('are undecided when %s, unless no one approved', async (_, permissions, words) => {
      await cleanUp();
      await start(permissions);
      expect((await check(`approvals: ${seniors}`)).verdict).toBe('failed');
      review('a', 'APPROVED');
      const report = await check(`approvals: ${seniors}`);
      expect([report.verdict, codes(report)]).toEqual(['inconclusive', ['warning change/unreadable-team']]);
      expect(seen(report)).toContain(words);
      expect(report.checks[0]?.findings[0]?.help).toContain('Members: read');
    });
  });

  test('are not there for a commit that came without a pull request', async () => {
    const facts = createCommitFacts(createGitHub(testContext({ variables: variables() }), token), undefined);
    expect(await facts.pullRequest('e'.repeat(40))).toBeUndefined();
    expect(seen(await run('change: { approvals: {} }'))).toContain('came without a pull request');
  });
});

describe('[V1] open security alerts', () => {
  test('of a kind that is switched off are an error that says so', async () => {
    const refusal = 'GitHub refused (403): Dependabot alerts are disabled for this repository.';
    const facts = { alerts: () => Promise.reject(new GateError([found(refusedByGitHub, { message: refusal })])) };
    const report = await run('change: { alerts: { dependabot: high } }', { facts });
    expect([report.verdict, codes(report)]).toEqual(['error', ['error change/alerts-disabled']]);
    expect(report.checks[0]?.findings[0]?.help).toContain('Switch the feature on');
  });

  test('stand in the way from their severity on', async () => {
    github.alerts.codeScanning.push({ rule: 'SQL injection', severity: 'high' }, { rule: 'unused', severity: 'low' });
    github.alerts.dependabot.push({ package: 'leftpad', summary: 'pads the wrong side', severity: 'medium' });
    github.alerts.secrets.push({ type: 'A token' });
    const report = await check('alerts: { code-scanning: high, dependabot: high, secrets: true }');
    expect(codes(report)).toEqual(['error change/open-alert', 'error change/open-alert']);
    expect(seen(report)).toMatch(
      /code-scanning alert \(high\): SQL injection — https.*\n.*secrets alert \(critical\): A token/,
    );
    expect((await check('alerts: { dependabot: high }')).verdict).toBe('passed');
  });
});

describe('[R13] [V2] the release before', () => {
  const deploy = async (state?: string) => {
    const deployment = await post('/deployments', {
      ref: commit,
      environment: 'staging',
      auto_merge: false,
      required_contexts: [],
    });
    const id = Object(deployment).id;
    if (state) await post(`/deployments/${id}/statuses`, { state });
  };

  test('to staging succeeded', async () => {
    await deploy('success');
    expect((await check('deployed-to: staging')).verdict).toBe('passed');
  });

  test.each([
    ['failed', 'failure', 'is in the state failure'],
    ['is still going on', 'in_progress', 'is in the state in_progress'],
  ])('to staging %s', async (_, state, words) => {
    await deploy(state);
    const report = await check('deployed-to: staging');
    expect(codes(report)).toEqual(['error change/not-deployed-before']);
    expect(seen(report)).toContain(words);
  });

  test('never was', async () => {
    expect(seen(await check('deployed-to: staging'))).toContain('was never deployed to staging');
  });

  test('[V2] has no critical issue in Sentry', async () => {
    const issues: unknown[] = [];
    const sentry = await serveJson({ '/api/0/organizations/acme/issues/': issues });
    const wanted = 'sentry: { organization: acme, project: api, release: "${commit}" }';
    const variables = { SENTRY_URL: sentry.url, SENTRY_AUTH_TOKEN: 'not-a-real-sentry-token' };
    expect((await check(wanted, variables)).verdict).toBe('passed');
    expect(decodeURIComponent(sentry.asked[0] ?? '').replaceAll('+', ' ')).toContain(
      `is:unresolved release:"${commit}" level:fatal`,
    );
    issues.push({ shortId: 'API-1', title: 'TypeError: x is undefined', permalink: 'https://sentry.example.com/1' });
    const report = await check(wanted, variables);
    expect(codes(report)).toEqual(['error change/open-sentry-issue']);
    expect(seen(report)).toBe('API-1 in staging: TypeError: x is undefined — https://sentry.example.com/1');
    const refused = await serveJson({ '/api/0/organizations/acme/issues/': [401, { detail: 'Invalid token' }] });
    expect((await check(wanted, { ...variables, SENTRY_URL: refused.url })).verdict).toBe('error');
  });
});
