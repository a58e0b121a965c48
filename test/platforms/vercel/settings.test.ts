import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Staging } from '../../../src/platforms/platform.ts';
import type { VercelEmulator } from '../../support/emulators/vercel/index.ts';
import { codesOf, findingsOf, listener, never } from '../support.ts';
import { commits, countOf, creations, deploymentOf, liveOn, platformOn, startProject } from './vercel.ts';

let vercel: VercelEmulator;

afterEach(() => vercel.stop());

function staging(): Staging {
  const { staging: found } = platformOn(vercel, { service: { strategy: 'stage-then-promote' } });
  if (found === undefined) throw new TypeError('The service is staged first.');
  return found;
}

describe('the assignment of production domains', () => {
  test('that the project has off is off again after a promotion', async () => {
    vercel = await startProject({ autoAssignCustomDomains: false });
    const change = await platformOn(vercel).deploy(commits.good, never, listener());
    expect(change).toMatchObject({ verdict: 'passed', live: { deployment: { commit: commits.good } } });
    expect(codesOf(change.findings)).toEqual(['platform/assignment-restored', 'platform/promoted']);
    expect(vercel.project('web').autoAssignCustomDomains).toBe(false);
  });

  test('that cannot be turned off again is a warning', async () => {
    vercel = await startProject({ autoAssignCustomDomains: false });
    vercel.fail({ on: /^PATCH \/v9\/projects/, times: 9, answer: { status: 403, body: { error: { message: 'no' } } } });
    const change = await platformOn(vercel).deploy(commits.good, never, listener());
    expect(change.verdict).toBe('passed');
    expect(change.findings[0]).toMatchObject({ code: 'platform/assignment-changed', severity: 'warning' });
  });

  test('that Vercel leaves on, though it says otherwise, is a warning too', async () => {
    vercel = await startProject({ autoAssignCustomDomains: false });
    vercel.fail({ on: /^PATCH \/v9\/projects/, answer: { status: 200, body: {} } });
    const change = await platformOn(vercel).deploy(commits.good, never, listener());
    expect(change.findings[0]).toMatchObject({ code: 'platform/assignment-changed', severity: 'warning' });
  });

  test('that only a rollback turned off is on after the next release', async () => {
    vercel = await startProject();
    await platformOn(vercel).rollback({ id: deploymentOf(vercel, commits.older).id }, 'bad', never, listener());
    const change = await platformOn(vercel).deploy(commits.good, never, listener());
    expect(codesOf(change.findings)).toEqual(['platform/promoted']);
    expect(vercel.project('web').autoAssignCustomDomains).toBe(true);
  });
});

describe('staging on Vercel', () => {
  test('fails where users meet the deployment all the same', async () => {
    vercel = await startProject({ ignoresSkippedDomains: true });
    const staged = await staging().stage(commits.good, never, listener());
    expect(staged).toMatchObject({ verdict: 'failed', staged: undefined });
    expect(codesOf(staged.findings)).toEqual(['platform/staged-went-live']);
  });

  test('stops before the build ends where Vercel does not confirm it', async () => {
    vercel = await startProject({}, { build: 500 });
    const { good } = commits;
    const answer = { status: 200, body: { id: 'dpl_other', readyState: 'QUEUED', meta: { githubCommitSha: good } } };
    vercel.fail({ on: creations, answer });
    vercel.fail({ on: /^GET \/v13\/deployments\/dpl_other/, answer });
    const staged = await staging().stage(good, never, listener());
    expect([staged.verdict, ...codesOf(staged.findings)]).toEqual(['failed', 'platform/staging-ignored']);
    expect(countOf(vercel, /^PATCH .*dpl_other\/cancel/)).toBe(1);
  });

  test('is refused on a domain of Vercel, which it would not keep back', async () => {
    vercel = await startProject();
    const service = { strategy: 'stage-then-promote', domain: 'web.vercel.app' } as const;
    const obstacles = await platformOn(vercel, { service }).obstaclesToDeploy(commits.good, never);
    expect(codesOf(obstacles)).toEqual(['deploy/staging-needs-domain']);
    expect(codesOf(await platformOn(vercel).obstaclesToDeploy(commits.good, never))).toEqual([]);
  });
});

describe('pushes that Vercel makes live by itself', () => {
  const repository = 'acme/shop';

  test('are read with the branch', async () => {
    vercel = await startProject({ repository });
    expect(await platformOn(vercel).readAutoDeploys(never)).toBe('main');
  });

  test.each([
    ['for all branches', false, undefined],
    ['for the production branch', { main: false }, undefined],
    ['for another branch only', { next: false }, 'main'],
  ])('may be turned off in vercel.json %s', async (_what, deploymentEnabled, branch) => {
    vercel = await startProject({ repository });
    const workspace = await mkdtemp(join(tmpdir(), 'vercel-json-'));
    await writeFile(join(workspace, 'vercel.json'), JSON.stringify({ git: { deploymentEnabled } }));
    expect(await platformOn(vercel, { context: { workspace } }).readAutoDeploys(never)).toBe(branch);
  });

  test('do not go live where the project does not assign its domains', async () => {
    vercel = await startProject({ repository, autoAssignCustomDomains: false });
    expect(await platformOn(vercel).readAutoDeploys(never)).toBeUndefined();
  });
});

describe('rolling releases', () => {
  test('are refused before anything is changed', async () => {
    vercel = await startProject({ rollingReleases: true });
    const obstacles = await platformOn(vercel).obstaclesToDeploy(commits.good, never);
    expect(codesOf(obstacles)).toEqual(['deploy/rolling-releases']);
  });

  test('that are under way are part of what is live, and a rollback aborts them', async () => {
    vercel = await startProject({ rollingReleases: true });
    const before = liveOn(vercel).id;
    const platform = platformOn(vercel);
    const project = vercel.project('web');
    project.canary = deploymentOf(vercel, commits.older);

    const live = await platform.live(never);
    expect(live).toMatchObject({ deployment: { id: before }, others: [{ commit: commits.older }] });
    expect(platform.runs(live, { id: before })).toBe(false);

    const change = await platform.rollback({ id: before }, 'bad', never, listener());
    expect(change).toMatchObject({ verdict: 'passed', live: { others: [] } });
    expect(project.canary).toBeUndefined();
  });
});

describe('how a deployment on Vercel ends', () => {
  test('that the ignored build step skips is no failure, and the version before goes on', async () => {
    vercel = await startProject({ ignored: [commits.good] });
    const change = await platformOn(vercel).deploy(commits.good, never, listener());
    expect(change).toMatchObject({ verdict: 'passed', skipped: true, live: { deployment: { commit: commits.old } } });
    expect(codesOf(change.findings)).toEqual(['platform/deploy-skipped']);
  });

  test('with a failed check that does not block is live', async () => {
    vercel = await startProject({}, { build: 200 });
    const checks = { conclusion: 'failed', blocking: false };
    const change = await deployWithChecks(checks);
    expect(change).toMatchObject({ verdict: 'passed', live: { deployment: { commit: commits.good } } });
  });

  test('in a state that nobody knows is not decided', async () => {
    vercel = await startProject();
    const body = { id: 'dpl_new', readyState: 'HIBERNATING' };
    vercel.fail({ on: /^GET \/v13\/deployments\/dpl_/, times: 10_000, answer: { status: 200, body } });
    const progress = listener();
    const outcome = await findingsOrChange(
      platformOn(vercel, { factor: 20_000 }).deploy(commits.good, never, progress),
    );
    expect(outcome).toEqual(['inconclusive', 'platform/unknown-state']);
  });
});

async function deployWithChecks(checks: { conclusion: string; blocking: boolean }) {
  const deploying = platformOn(vercel).deploy(commits.good, never, listener());
  while (!vercel.project('web').deployments.some(({ request }) => request.commit === commits.good)) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  deploymentOf(vercel, commits.good).checks = checks;
  return deploying;
}

async function findingsOrChange(promise: ReturnType<ReturnType<typeof platformOn>['deploy']>): Promise<string[]> {
  const { verdict, findings } = await promise;
  return [verdict, ...codesOf(findings)];
}

describe('a rollback during which someone else moves the domains', () => {
  test('stops, names the other change, and does not say what is not known', async () => {
    vercel = await startProject({}, { alias: 500 });
    const project = vercel.project('web');
    const to = deploymentOf(vercel, commits.older).id;
    const other = deploymentOf(vercel, commits.old).id;
    const rollingBack = platformOn(vercel, { factor: 1 }).rollback({ id: to }, 'bad', never, listener());
    while (project.lastAliasRequest === null) await new Promise(resolve => setTimeout(resolve, 5));
    const { requestedAt } = project.lastAliasRequest;
    project.lastAliasRequest = {
      type: 'promote',
      jobStatus: 'pending',
      fromDeploymentId: null,
      toDeploymentId: other,
      requestedAt: requestedAt + 5,
    };

    const change = await rollingBack;

    expect([change.verdict, ...codesOf(change.findings)]).toEqual(['inconclusive', 'platform/overtaken']);
    expect(change.findings[0]?.message).toContain(`a promote to ${other}`);
  });
});

describe('the variables of a project', () => {
  test('are those that the team shares with it too, and its own win', async () => {
    vercel = await startProject({
      env: [{ key: 'LOG_LEVEL', value: 'warn', type: 'plain' }],
      sharedEnv: [
        { key: 'LOG_LEVEL', value: 'debug', type: 'plain' },
        { key: 'SENTRY_DSN', value: 'https://example.com/1', type: 'plain' },
        { key: 'STAGING_ONLY', value: '1', type: 'plain', target: ['preview'] },
      ],
    });
    expect(await platformOn(vercel).variables(never)).toEqual([
      { name: 'LOG_LEVEL', value: 'warn' },
      { name: 'SENTRY_DSN', value: 'https://example.com/1' },
    ]);
  });

  test('are never a ciphertext', async () => {
    vercel = await startProject({ env: [{ key: 'DATABASE_URL', value: 'postgres://db' }] });
    const [variable] = await platformOn(vercel).variables(never);
    expect(variable?.value).toBeUndefined();
    vercel.fail({ on: /\/env\/env_0/, answer: { status: 200, body: { value: 'eyJ2IjoidjIi', decrypted: false } } });
    expect(await variable?.read?.(never)).toBeUndefined();
    expect(await variable?.read?.(never)).toBe('postgres://db');
  });

  test.each([
    [2, true],
    [0, false],
  ])('of which the token sees none of %d hidden ones', async (hiddenVariables, hides) => {
    vercel = await startProject({ hiddenVariables });
    expect(await platformOn(vercel).hidesVariables?.(never)).toBe(hides);
  });

  test.each([
    { code: 'challenge_required', message: 'Challenge required' },
    { error: { code: 'challenge_required_email_otp', message: 'Challenge required' } },
  ])('may need a fresh login, which is no fault of the token (%j)', async body => {
    vercel = await startProject({ env: [{ key: 'DATABASE_URL', value: 'postgres://db' }] });
    vercel.fail({ on: /^GET \/v10\/projects\/web\/env/, answer: { status: 403, body } });
    const [finding] = await findingsOf(platformOn(vercel).variables(never));
    expect(finding).toMatchObject({ code: 'platform/step-up-required' });
    expect(finding?.message).toContain('(403). It says: Challenge required');
    const [variable] = await platformOn(vercel).variables(never);
    vercel.fail({ on: /\/env\/env_0/, answer: { status: 403, body } });
    expect(await variable?.read?.(never)).toBeUndefined();
  });

  test('that need a fresh login do not stop a staged release', async () => {
    vercel = await startProject();
    await staging().stage(commits.good, never, listener());
    const answer = { status: 403, body: { code: 'challenge_required', message: 'Challenge required' } };
    vercel.fail({ on: /^GET \/v10\/projects\/web\/env/, answer });
    expect(await staging().stage(commits.good, never, listener())).toMatchObject({ verdict: 'passed' });
    expect(countOf(vercel, creations)).toBe(2); // as the first may have the variables of before
  });

  test('are read page by page', async () => {
    const first = { envs: [{ key: 'FIRST', value: '1', type: 'plain' }], pagination: { next: 17 } };
    vercel = await startProject({ env: [{ key: 'SECOND', value: '2', type: 'plain' }] });
    vercel.fail({ on: /^GET \/v10\/projects\/web\/env/, answer: { status: 200, body: first } });
    expect((await platformOn(vercel).variables(never)).map(({ name }) => name)).toEqual(['FIRST', 'SECOND']);
    expect(countOf(vercel, /until=17/)).toBe(1);
  });
});

describe('the team of a project', () => {
  test('may be named by its slug', async () => {
    vercel = await startProject();
    expect(await platformOn(vercel, { service: { team: 'acme' } }).live(never)).toMatchObject({ down: false });
    expect(vercel.requests.at(-1)?.path).toContain('slug=acme');
  });

  test('that is another one is refused', async () => {
    vercel = await startProject();
    const findings = await findingsOf(platformOn(vercel, { service: { team: 'other' } }).live(never));
    expect(codesOf(findings)).toEqual(['platform/not-found']);
  });
});
