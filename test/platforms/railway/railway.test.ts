import { afterEach, describe, expect, test } from '@jest/globals';
import type { Deployment } from '../../../src/core/record.ts';
import type { FaultAnswer } from '../../support/emulators/faults.ts';
import type { RailwayEmulator } from '../../support/emulators/railway/index.ts';
import type { Status } from '../../support/emulators/railway/service.ts';
import { codesOf, fastClock, findingsOf, listener, never, slowState } from '../support.ts';
import { accountToken, commits, countOf, platformOn, projectToken, startEnvironment } from './railway.ts';

let railway: RailwayEmulator;

afterEach(() => railway.stop());

const service = () => railway.service('worker');

async function version(): Promise<string> {
  const answer = await fetch(`${railway.domain('worker').url}/version`);
  return answer.text();
}

async function liveNow(): Promise<Deployment> {
  const { deployment } = await platformOn(railway).live(never);
  if (deployment === undefined) throw new TypeError('Nothing is live.');
  return deployment;
}

function failNext(operation: string, answer: FaultAnswer | 'reset' | 'lose-answer'): void {
  railway.fail({ body: new RegExp(operation.replace('(', '\\(')), answer });
}

describe('what is live on Railway', () => {
  test('is what is active, not the newest deployment, which failed (T8)', async () => {
    railway = await startEnvironment();
    await platformOn(railway).deploy(commits.unbuildable, never, listener());
    expect(await liveNow()).toMatchObject({ id: service().live?.id, commit: commits.old });
  });

  test('is down when it has crashed since', async () => {
    railway = await startEnvironment();
    const { live } = service();
    if (live) live.status = 'CRASHED';
    expect(await platformOn(railway).live(never)).toMatchObject({ down: true, deployment: { commit: commits.old } });
  });

  test('is not down when it has done its work, as a cron job or a worker does', async () => {
    railway = await startEnvironment();
    const { live } = service();
    if (live) live.isStopped = true;
    expect(await platformOn(railway).live(never)).toMatchObject({ down: false, deployment: { commit: commits.old } });
  });

  test('is asleep, and live, when it sleeps', async () => {
    railway = await startEnvironment();
    const { live } = service();
    if (live) live.status = 'SLEEPING';
    expect(await platformOn(railway).live(never)).toMatchObject({ down: false, deployment: { commit: commits.old } });
  });

  test('can be asked with the token of an account too', async () => {
    railway = await startEnvironment();
    const variables = { RAILWAY_TOKEN: '', RAILWAY_API_TOKEN: accountToken };
    expect(await platformOn(railway, { variables }).live(never)).toMatchObject({ deployment: { commit: commits.old } });
    expect(railway.requests.every(({ headers }) => headers.authorization === `Bearer ${accountToken}`)).toBe(true);
  });
});

describe('the token of Railway', () => {
  test.each([
    [
      'of an account as that of a project',
      { RAILWAY_TOKEN: accountToken },
      /RAILWAY_TOKEN, which is a token of an account/,
    ],
    [
      'of a project as that of an account',
      { RAILWAY_TOKEN: '', RAILWAY_API_TOKEN: projectToken },
      /RAILWAY_API_TOKEN, which is a project token/,
    ],
    ['that is none', { RAILWAY_TOKEN: 'something-else' }, /in RAILWAY_TOKEN\. It says: Project Token not found/],
  ])('%s is told from others', async (_what, variables, seen) => {
    railway = await startEnvironment();
    const findings = await findingsOf(platformOn(railway, { variables }).live(never));
    expect(findings).toMatchObject([{ code: 'platform/bad-token', message: expect.stringMatching(seen) }]);
  });

  test('of another environment is told before anything is changed', async () => {
    railway = await startEnvironment();
    const platform = platformOn(railway, { service: { environment: 'environment-2' } });
    expect(codesOf(await findingsOf(platform.live(never)))).toEqual(['platform/foreign-project']);
  });

  test('that is missing is named', async () => {
    railway = await startEnvironment();
    expect(() => platformOn(railway, { variables: { RAILWAY_TOKEN: '' } })).toThrow(/RAILWAY_TOKEN/);
  });

  test('is not enough where Railway wants two factors', async () => {
    railway = await startEnvironment();
    const body = { errors: [{ message: 'Two Factor Authentication Required' }], data: null };
    railway.fail({ answer: { status: 200, body } });
    const findings = await findingsOf(platformOn(railway).live(never));
    expect(findings).toMatchObject([{ code: 'platform/bad-token', message: expect.stringContaining('two-factor') }]);
  });
});

describe('a deploy to Railway', () => {
  test('deploys the commit and is done when it is what is active', async () => {
    railway = await startEnvironment();
    const change = await platformOn(railway).deploy(commits.good, never, listener());
    expect(change).toMatchObject({ verdict: 'passed', findings: [], live: { deployment: { commit: commits.good } } });
    expect(await version()).toBe('good');
  });

  test('joins a deployment of the commit that a push has started', async () => {
    railway = await startEnvironment();
    const letGo = railway.hold();
    service().deploy(commits.good);
    const progress = listener(text => text.includes('already') && letGo());
    expect(await platformOn(railway).deploy(commits.good, never, progress)).toMatchObject({ verdict: 'passed' });
    expect(countOf(railway, 'serviceInstanceDeployV2')).toBe(0);
  });

  test('that crashes shows its log, and the old one still serves', async () => {
    railway = await startEnvironment();
    const progress = listener();
    const change = await platformOn(railway).deploy(commits.crashing, never, progress);
    expect(change).toMatchObject({ verdict: 'failed', live: { deployment: { commit: commits.old } } });
    expect(change.findings[0]?.message).toMatch(/is FAILED on Railway/);
    expect(await version()).toBe('old');
  });

  test('that cannot be built shows the log of the build', async () => {
    railway = await startEnvironment();
    const progress = listener();
    const change = await platformOn(railway).deploy(commits.unbuildable, never, progress);
    expect(codesOf(change.findings)).toEqual(['platform/deploy-failed']);
    expect(progress.said.join('\n')).toContain('npm error Missing script');
  });

  test.each<[Status, string]>([
    ['FAILED', 'platform/deploy-failed'],
    ['CRASHED', 'platform/deploy-failed'],
    ['REMOVED', 'platform/deploy-canceled'],
    ['NEEDS_APPROVAL', 'platform/deploy-blocked'],
  ])('that ends as %s has failed', async (status, code) => {
    railway = await startEnvironment();
    service().stopsAt = status;
    const change = await platformOn(railway).deploy(commits.good, never, listener());
    expect([change.verdict, ...codesOf(change.findings)]).toEqual(['failed', code]);
  });

  test.each(['INITIALIZING', 'QUEUED', 'BUILDING', 'DEPLOYING', 'REMOVING'])(
    'is waited for while it is %s',
    async status => {
      railway = await startEnvironment();
      const deployment = { id: 'x', status };
      for (let time = 0; time < 3; time++) {
        failNext('deployment(id', { status: 200, body: { data: { deployment } } });
      }
      const progress = listener();
      expect(await platformOn(railway).deploy(commits.good, never, progress)).toMatchObject({ verdict: 'passed' });
      expect(progress.said).toContain(`${service().live?.id} is ${status}.`);
    },
  );

  test('that watch paths skip is no failure, and the version before goes on', async () => {
    railway = await startEnvironment();
    service().stopsAt = 'SKIPPED';
    const change = await platformOn(railway).deploy(commits.good, never, listener());
    expect(change).toMatchObject({ verdict: 'passed', skipped: true, live: { deployment: { commit: commits.old } } });
    expect(codesOf(change.findings)).toEqual(['platform/deploy-skipped']);
  });

  test('that is skipped where pushes wait for GitHub is not decided: a failed check skips it too', async () => {
    railway = await startEnvironment({ autoDeploy: true, waitsForChecks: true });
    service().stopsAt = 'SKIPPED';
    const change = await platformOn(railway).deploy(commits.good, never, listener());
    expect(change).toMatchObject({ verdict: 'inconclusive', live: { deployment: { commit: commits.old } } });
    expect(codesOf(change.findings)).toEqual(['platform/skipped-by-checks']);
  });

  test.each([100, 60])('that takes an hour gets along with the %d requests of that hour', async allowance => {
    railway = await startEnvironment({ overlapSeconds: 5 }, 2, allowance);
    const goOn = railway.hold();
    const clock = fastClock(40_000);
    const since = clock.now();
    const sleep: typeof clock.sleep = (ms, signal) => {
      if (clock.now() - since > 3_600_000) goOn();
      return clock.sleep(ms, signal);
    };
    const platform = platformOn(railway, { context: { clock: { ...clock, sleep } } });
    expect(await platform.deploy(commits.good, never, listener())).toMatchObject({ verdict: 'passed' });
    expect(railway.requests.filter(({ status }) => status === 429)).toHaveLength(0);
  });

  test('never joins one that waits for the checks of GitHub, this job among them', async () => {
    railway = await startEnvironment();
    service().stopsAt = 'WAITING';
    const waiting = service().deploy(commits.good);
    while (waiting.status !== 'WAITING') await new Promise(resolve => setTimeout(resolve, 5));
    const change = await platformOn(railway).deploy(commits.good, never, listener());
    expect(change.verdict).toBe('passed');
    expect(countOf(railway, 'serviceInstanceDeployV2(')).toBe(1);
  });

  test('that waits for the checks of GitHub itself is cancelled at once, and is not decided', async () => {
    railway = await startEnvironment();
    service().stopsAt = 'WAITING';
    const change = await platformOn(railway).deploy(commits.good, never, listener());
    expect([change.verdict, ...codesOf(change.findings)]).toEqual(['inconclusive', 'platform/waits-for-checks']);
    expect(service().deployments[0]?.status).toBe('REMOVED');
  });

  test('waits for the old one as long as their overlap lasts', async () => {
    railway = await startEnvironment({ overlapSeconds: 300 });
    const change = await platformOn(railway).deploy(commits.good, never, listener());
    expect(change).toMatchObject({ verdict: 'passed', live: { others: [] } });
  });

  test('says that pushes go live too', async () => {
    railway = await startEnvironment({ autoDeploy: true, waitsForChecks: true });
    expect(await platformOn(railway).readAutoDeploys(never)).toBe('on');
  });

  test('that is cancelled is cancelled on Railway', async () => {
    railway = await startEnvironment({}, slowState);
    const controller = new AbortController();
    const watching = listener(text => text.includes(' is ') && controller.abort(new Error('cancelled')));
    await expect(platformOn(railway).deploy(commits.good, controller.signal, watching)).rejects.toThrow('cancelled');
    expect(service().deployments[0]?.status).toBe('REMOVED');
  });

  test('needs a whole commit', async () => {
    railway = await startEnvironment();
    expect(codesOf(await platformOn(railway).obstaclesToDeploy('main', never))).toEqual(['deploy/unknown-commit']);
  });
});

describe('a rollback on Railway', () => {
  test('finds the new deployment that Railway does not name, and brings the old variables back', async () => {
    railway = await startEnvironment({ variables: { LIMIT: '1' } });
    const before = await liveNow();
    service().variables.LIMIT = '2';
    await platformOn(railway).deploy(commits.good, never, listener());

    const change = await platformOn(railway).rollback(before, 'bad', never, listener());

    expect(change).toMatchObject({ verdict: 'passed', live: { deployment: { commit: commits.old } } });
    expect(codesOf(change.findings)).toEqual(['platform/restored-variables']);
    expect(service().live?.variables).toEqual({ LIMIT: '1' });
    expect(await version()).toBe('old');
    expect(platformOn(railway).runs(await platformOn(railway).live(never), before)).toBe(true);
  });

  test('goes back once when the answer is lost', async () => {
    railway = await startEnvironment();
    const before = await liveNow();
    await platformOn(railway).deploy(commits.good, never, listener());
    failNext('deploymentRollback', 'lose-answer');
    expect(await platformOn(railway).rollback(before, 'bad', never, listener())).toMatchObject({ verdict: 'passed' });
    expect(countOf(railway, 'deploymentRollback')).toBe(1);
    expect(service().deployments.filter(({ source }) => source === commits.old)).toHaveLength(2);
  });

  test('goes on when the run is cancelled, and is joined by the next one', async () => {
    railway = await startEnvironment();
    const before = await liveNow();
    await platformOn(railway).deploy(commits.good, never, listener());
    const letGo = railway.hold();
    const controller = new AbortController();
    const watching = listener(text => text.includes('rolls back') && controller.abort(new Error('cancelled')));
    await expect(platformOn(railway).rollback(before, 'bad', controller.signal, watching)).rejects.toThrow('cancelled');
    expect(watching.said.at(-1)).toMatch(/Railway continues with/);

    const next = listener(text => text.includes('rolls back') && letGo());
    expect(await platformOn(railway).rollback(before, 'bad', never, next)).toMatchObject({ verdict: 'passed' });
    expect(countOf(railway, 'deploymentRollback')).toBe(1);
  });

  test('that Railway refuses says what Railway says', async () => {
    railway = await startEnvironment();
    const before = await liveNow();
    await platformOn(railway).deploy(commits.good, never, listener());
    for (const one of service().deployments) one.canRollback = false;
    const findings = await findingsOf(platformOn(railway).rollback(before, 'bad', never, listener()));
    expect(findings).toMatchObject([
      { code: 'platform/refused', message: expect.stringContaining('cannot be rolled back') },
    ]);
  });

  test.each([
    ['is not known', 'x', /does not know it/],
    ['is not kept any more', 'pruned', /no longer keeps its image/],
  ])('is refused beforehand to a deployment that %s', async (_what, which, why) => {
    railway = await startEnvironment();
    const [pruned] = service().deployments.slice(-1);
    if (pruned) pruned.canRollback = false;
    const id = which === 'pruned' ? (pruned?.id ?? '') : which;
    const obstacles = await platformOn(railway).obstaclesToRollback({ id }, never);
    expect(obstacles).toMatchObject([{ code: 'platform/not-restorable', message: expect.stringMatching(why) }]);
  });

  test('can go to what was removed and is kept', async () => {
    railway = await startEnvironment();
    const platform = platformOn(railway);
    const candidates = await platform.candidates(await platform.live(never), never);
    expect(candidates).toMatchObject([{ commit: commits.older }]);
    expect(await platform.obstaclesToRollback(candidates[0] ?? { id: '' }, never)).toEqual([]);
  });

  test('can be kept from being undone by a push', async () => {
    railway = await startEnvironment({ autoDeploy: true });
    expect(await platformOn(railway).readAutoDeploys(never)).toBe('on');
    await platformOn(railway).setAutoDeploys?.(undefined, never);
    expect(await platformOn(railway).readAutoDeploys(never)).toBeUndefined();
    expect(service().autoDeploy).toBe(false);
    await platformOn(railway).setAutoDeploys?.('on', never);
    expect(service().autoDeploy).toBe(true);
  });
});

describe('the variables and the log of a service on Railway', () => {
  test('are names with values, and names alone where they are sealed', async () => {
    railway = await startEnvironment({ variables: { LOG_LEVEL: 'warn' }, sealed: ['JWT_SECRET'] });
    expect(await platformOn(railway).variables(never)).toEqual([
      { name: 'LOG_LEVEL', value: 'warn' },
      { name: 'JWT_SECRET' },
    ]);
  });

  test('are the last lines of the deployment, and no more than were asked for', async () => {
    railway = await startEnvironment();
    const { live } = service();
    for (let line = 0; line < 60; line++) live?.log.note(`line ${line}`);
    const lines = await platformOn(railway).log({ id: live?.id ?? '' }, never);
    expect(lines).toHaveLength(40);
    expect(lines.at(-1)).toBe('line 59');
  });
});
