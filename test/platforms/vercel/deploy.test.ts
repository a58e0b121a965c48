import { afterEach, describe, expect, test } from '@jest/globals';
import type { VercelEmulator } from '../../support/emulators/vercel/index.ts';
import { codesOf, fastClock, findingsOf, listener, never, slowState } from '../support.ts';
import { commits, countOf, creations, deploymentOf, liveOn, platformOn, promotions, startProject } from './vercel.ts';

let vercel: VercelEmulator;

afterEach(() => vercel.stop());

async function version(): Promise<string> {
  const answer = await fetch(`${vercel.domain('app.example.com').url}/version`);
  return answer.text();
}

/** An answer to the question how a deployment is, as Vercel gives it where the emulator has no such state. */
function answerWith(body: Record<string, unknown>, times = Number.POSITIVE_INFINITY) {
  vercel.fail({ on: /^GET \/v13\/deployments\//, times, answer: { status: 200, body: { id: 'dpl_x', ...body } } });
}

describe('a deploy to Vercel', () => {
  test('builds the commit and is done when the domain leads to it', async () => {
    vercel = await startProject();

    const change = await platformOn(vercel).deploy(commits.good, never, listener());

    expect(change).toMatchObject({ verdict: 'passed', findings: [], live: { deployment: { commit: commits.good } } });
    expect(change.live.deployment?.id).toBe(liveOn(vercel).id);
    expect(await version()).toBe('good');
  });

  test('names the repository, the branch and the commit, for production', async () => {
    vercel = await startProject();
    await platformOn(vercel).deploy(commits.good, never, listener());
    const created = vercel.requests.find(({ method, path }) => creations.test(`${method} ${path}`));
    expect(created?.path).toContain('teamId=team_acme');
    expect(created?.body).toMatchObject({
      name: 'web',
      project: 'prj_web',
      target: 'production',
      gitSource: { type: 'github', org: 'acme', repo: 'shop', ref: 'main', sha: commits.good },
    });
  });

  test('names the commit itself when it is not that of the run', async () => {
    vercel = await startProject();
    await platformOn(vercel, { variables: { GITHUB_SHA: commits.old } }).deploy(commits.good, never, listener());
    expect(deploymentOf(vercel, commits.good).request.ref).toBe(commits.good);
  });

  test('is not done when it is READY and the domains are not assigned yet', async () => {
    vercel = await startProject({}, { assign: 300 });
    const change = await platformOn(vercel).deploy(commits.good, never, listener());
    expect(change).toMatchObject({ verdict: 'passed', live: { deployment: { commit: commits.good } } });
  });

  test('fails with the build log when the build fails, and the old one still serves', async () => {
    vercel = await startProject();
    const progress = listener();

    const change = await platformOn(vercel).deploy(commits.unbuildable, never, progress);

    expect(change).toMatchObject({ verdict: 'failed', live: { deployment: { commit: commits.old } } });
    expect(change.findings).toMatchObject([{ code: 'platform/build-failed' }]);
    expect(change.findings[0]?.message).toContain('Command "npm run build" exited with 1');
    expect(progress.said.join('\n')).toContain('Error: Command "npm run build" exited with 1');
    expect(await version()).toBe('old');
  });

  test('fails when someone cancels it', async () => {
    vercel = await startProject({}, { build: slowState });
    const watching = listener(text => text.includes('BUILDING') && deploymentOf(vercel, commits.good).cancel());
    const change = await platformOn(vercel).deploy(commits.good, never, watching);
    expect(change.verdict).toBe('failed');
    expect(codesOf(change.findings)).toEqual(['platform/build-canceled']);
  });

  test.each([
    ['BLOCKED', {}, 'platform/build-blocked'],
    ['DELETED', {}, 'platform/build-canceled'],
    ['UNEXPECTED_ERROR', {}, 'platform/build-failed'],
    ['READY', { aliasError: { code: 'cert_missing', message: 'No certificate' } }, 'platform/domains-not-assigned'],
    ['READY', { checks: { 'deployment-alias': { state: 'failed' } } }, 'platform/domains-not-assigned'],
    ['READY', { checksConclusion: 'failed' }, 'platform/domains-not-assigned'],
  ])('fails when it is %s with %j', async (readyState, more, code) => {
    vercel = await startProject({}, { build: slowState });
    answerWith({ readyState, ...more }, 1);
    const change = await platformOn(vercel).deploy(commits.good, never, listener());
    expect(change.verdict).toBe('failed');
    expect(codesOf(change.findings)).toEqual([code]);
  });

  test('fails when Vercel says that it is live and the domain leads elsewhere', async () => {
    vercel = await startProject({}, { build: slowState });
    answerWith({ readyState: 'READY', readySubstate: 'PROMOTED', aliasAssigned: 1 }, 1);
    const change = await platformOn(vercel).deploy(commits.good, never, listener());
    expect(change.verdict).toBe('failed');
    expect(codesOf(change.findings)).toEqual(['platform/not-live']);
  });

  test('joins a build of the commit that a push has started', async () => {
    vercel = await startProject();
    const letGo = vercel.hold();
    vercel
      .project('web')
      .deploy({ ...liveOn(vercel).request, commit: commits.good, meta: { githubCommitSha: commits.good } });
    const progress = listener(text => text.includes('already') && letGo());
    const change = await platformOn(vercel).deploy(commits.good, never, progress);
    expect(change.verdict).toBe('passed');
    expect(countOf(vercel, creations)).toBe(0);
  });

  test('finds its deployment again when the answer is lost, and makes no second one', async () => {
    vercel = await startProject();
    vercel.fail({ on: creations, answer: 'lose-answer' });
    const change = await platformOn(vercel).deploy(commits.good, never, listener());
    expect(change.verdict).toBe('passed');
    expect(countOf(vercel, creations)).toBe(1);
  });

  test.each([
    ['was cut off', 'reset' as const],
    ['was answered with 500', { status: 500, body: { error: { code: 'internal', message: 'no' } } }],
  ])('says that it is not known when the request %s, and makes no second one', async (_how, answer) => {
    vercel = await startProject();
    vercel.fail({ on: creations, answer });
    const findings = await findingsOf(platformOn(vercel).deploy(commits.good, never, listener()));
    expect(codesOf(findings)).toEqual(['platform/uncertain']);
    expect(countOf(vercel, creations)).toBe(1);
  });

  test('says what the plan does not allow', async () => {
    vercel = await startProject();
    const body = { error: { code: 'payment_required', message: 'Builds are paused' } };
    vercel.fail({ on: creations, answer: { status: 402, body } });
    const findings = await findingsOf(platformOn(vercel).deploy(commits.good, never, listener()));
    expect(findings).toMatchObject([
      { code: 'platform/refused', message: expect.stringContaining('Builds are paused') },
    ]);
  });

  test('promotes what it built while the assignment of domains is off after a rollback', async () => {
    vercel = await startProject();
    const platform = platformOn(vercel);
    await platform.rollback({ id: deploymentOf(vercel, commits.older).id }, 'bad', never, listener());
    expect(vercel.project('web').autoAssignCustomDomains).toBe(false);

    const change = await platform.deploy(commits.good, never, listener());

    expect(change).toMatchObject({ verdict: 'passed', live: { deployment: { commit: commits.good } } });
    expect(codesOf(change.findings)).toEqual(['platform/promoted']);
    expect(vercel.project('web').autoAssignCustomDomains).toBe(true);
    expect(countOf(vercel, promotions)).toBe(1);
  });

  test('that is cancelled cancels the build, so that it does not go live unwatched', async () => {
    vercel = await startProject({}, { build: slowState });
    const controller = new AbortController();
    const watching = listener(text => text.includes('BUILDING') && controller.abort(new Error('stop')));
    await expect(platformOn(vercel).deploy(commits.good, controller.signal, watching)).rejects.toThrow('stop');
    expect(deploymentOf(vercel, commits.good).state).toBe('CANCELED');
  });

  test('asks no slower than every five seconds, and at first every second', async () => {
    vercel = await startProject();
    const letGo = vercel.hold();
    const fast = fastClock(100);
    const { slept } = fast;
    const sleep: typeof fast.sleep = (ms, signal) => {
      if (ms === 5000) letGo();
      return fast.sleep(ms, signal);
    };
    const clock = { ...fast, sleep };
    await platformOn(vercel, { context: { clock } }).deploy(commits.good, never, listener());
    expect(new Set(slept)).toEqual(new Set([1000, 5000]));
  });

  test.each([
    ['no repository', commits.good, { GITHUB_REPOSITORY: '' }],
    ['no whole commit', 'abc123', {}],
  ])('is not begun with %s', async (_what, commit, variables) => {
    vercel = await startProject();
    const obstacles = await platformOn(vercel, { variables }).obstaclesToDeploy(commit, never);
    expect(codesOf(obstacles)).toEqual(['deploy/no-repository']);
  });
});
