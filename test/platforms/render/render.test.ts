import { afterEach, describe, expect, test } from '@jest/globals';
import type { Deployment } from '../../../src/core/record.ts';
import type { RenderEmulator } from '../../support/emulators/render/index.ts';
import { lightBuild } from '../../support/sample-build.ts';
import { codesOf, findingsOf, listener, never, slowState } from '../support.ts';
import { commits, countOf, creations, platformOn, rollbacks, startService } from './render.ts';

let render: RenderEmulator;

afterEach(() => render.stop());

const service = () => render.service('srv-api');

async function version(): Promise<string> {
  const answer = await fetch(`${render.domain('srv-api').url}/version`);
  return answer.text();
}

/** What is live, as the record keeps it. */
async function liveNow(): Promise<Deployment> {
  const { deployment } = await platformOn(render).live(never);
  if (deployment === undefined) throw new TypeError('Nothing is live.');
  return deployment;
}

/** How Render says that a deploy is, in states that the emulator does not pass through. */
function answerWith(status: string) {
  const on = /^GET .*\/deploys\/dep-/;
  render.fail({ on, times: Number.POSITIVE_INFINITY, answer: { status: 200, body: { id: 'dep-x', status } } });
}

function pushOnce(commit: string): void {
  if (service().deploys[0]?.trigger !== 'new_commit') service().push(commit);
}

describe('what is live on Render', () => {
  test('is the deploy that is live, with its commit; a newer one that failed is not (T8)', async () => {
    render = await startService();
    await platformOn(render).deploy(commits.unbuildable, never, listener());
    expect(await liveNow()).toMatchObject({ id: service().live?.id, commit: commits.old });
  });

  test('is nothing where nothing was ever live', async () => {
    render = await startService();
    render.fail({ on: /status=live/, answer: { status: 200, body: [] } });
    expect(await platformOn(render).live(never)).toMatchObject({ deployment: undefined, down: false });
  });
});

describe('a deploy to Render', () => {
  test('deploys the commit and waits until it is live (R7)', async () => {
    render = await startService();
    const progress = listener();
    const change = await platformOn(render).deploy(commits.good, never, progress);
    expect(change).toMatchObject({ verdict: 'passed', findings: [], live: { deployment: { commit: commits.good } } });
    expect(await version()).toBe('good');
    expect(progress.said.at(-1)).toMatch(/is live/);
  });

  test('finds its deploy when Render only says that it is queued', async () => {
    render = await startService();
    render.answers.queuesSilently = true;
    expect(await platformOn(render).deploy(commits.good, never, listener())).toMatchObject({ verdict: 'passed' });
    expect(countOf(render, creations)).toBe(1);
  });

  test('joins a deploy of the commit that a push has started', async () => {
    render = await startService();
    const letGo = render.hold();
    service().deploy(commits.good, 'new_commit');
    const progress = listener(text => text.includes('already') && letGo());
    expect(await platformOn(render).deploy(commits.good, never, progress)).toMatchObject({ verdict: 'passed' });
    expect(countOf(render, creations)).toBe(0);
  });

  test('is started by the deploy hook where one is named (R7)', async () => {
    render = await startService();
    const platform = platformOn(render, {
      service: { 'deploy-hook': 'RENDER_HOOK' },
      variables: { RENDER_HOOK: render.hook('srv-api') },
    });
    expect(await platform.obstaclesToDeploy(commits.good, never)).toEqual([]);
    expect(await platform.deploy(commits.good, never, listener())).toMatchObject({ verdict: 'passed' });
    expect(countOf(render, creations)).toBe(0);
    expect(service().live?.trigger).toBe('deploy_hook');
  });

  test('of an image names the image', async () => {
    render = await startService({
      image: true,
      builds: { 'img:1': lightBuild('1'), [`img:${commits.good}`]: lightBuild('2') },
      live: 'img:1',
      history: [],
    });
    const platform = platformOn(render, { service: { image: `img:${commits.good}` } });
    const change = await platform.deploy('', never, listener());
    expect(change).toMatchObject({ verdict: 'passed', live: { deployment: { commit: commits.good } } });
    expect(change.live.deployment?.image).toMatch(new RegExp(`^img:${commits.good}@sha256:[0-9a-f]{64}$`));
    expect(platform.carries(change.live, commits.good)).toBe(true);
  });

  test('of an image whose tag may move is never known to be live already', async () => {
    render = await startService({ image: true, builds: { 'img:1': lightBuild('1') }, live: 'img:1', history: [] });
    const platform = platformOn(render, { service: { image: 'img:1' } });
    expect(platform.carries(await platform.live(never), commits.good)).toBe(false);
  });

  test('that crashes on the database shows its log, and the old one still serves (R5, R8)', async () => {
    render = await startService();
    const progress = listener();
    const change = await platformOn(render).deploy(commits.crashing, never, progress);
    expect(change).toMatchObject({ verdict: 'failed', live: { deployment: { commit: commits.old } } });
    expect(codesOf(change.findings)).toEqual(['platform/deploy-failed']);
    expect(change.findings[0]?.message).toMatch(/does not start.*update_failed/);
    expect(progress.said.join('\n')).toContain('the database is not reachable');
    expect(await version()).toBe('old');
  });

  test('that cannot be built shows the log of the build', async () => {
    render = await startService();
    const progress = listener();
    const change = await platformOn(render).deploy(commits.unbuildable, never, progress);
    expect(change.findings[0]?.message).toMatch(/could not be built \(build_failed\).*missing script/);
  });

  test('whose migration fails leaves the active instance serving (R8)', async () => {
    render = await startService({ preDeployFails: true });
    const progress = listener();
    const change = await platformOn(render).deploy(commits.good, never, progress);
    expect(change).toMatchObject({ verdict: 'failed', live: { deployment: { commit: commits.old } } });
    expect(change.findings[0]?.message).toMatch(/pre-deploy command \(pre_deploy_failed\).*P3009/);
    expect(await version()).toBe('old');
  });

  test.each([
    ['canceled', 'platform/deploy-canceled'],
    ['deactivated', 'platform/deploy-canceled'],
  ])('that ends as %s has failed', async (status, code) => {
    render = await startService();
    answerWith(status);
    const change = await platformOn(render).deploy(commits.good, never, listener());
    expect([change.verdict, ...codesOf(change.findings)]).toEqual(['failed', code]);
  });

  test.each([
    'created',
    'queued',
    'build_in_progress',
    'pre_deploy_in_progress',
    'update_in_progress',
    'something_new',
  ])('is waited for while it is %s', async status => {
    render = await startService();
    render.fail({ on: /^GET .*\/deploys\/dep-/, times: 3, answer: { status: 200, body: { id: 'dep-x', status } } });
    const progress = listener();
    expect(await platformOn(render).deploy(commits.good, never, progress)).toMatchObject({ verdict: 'passed' });
    expect(progress.said).toContain(`${service().live?.id} is ${status}.`);
  });

  test('is not live when Render says so and lists another', async () => {
    render = await startService();
    const other = { cursor: 'x', deploy: { id: 'dep-other', status: 'live' } };
    render.fail({ on: /status=live/, times: Number.POSITIVE_INFINITY, answer: { status: 200, body: [other] } });
    const change = await platformOn(render).deploy(commits.good, never, listener());
    expect([change.verdict, ...codesOf(change.findings)]).toEqual(['failed', 'platform/not-live']);
  });

  test('that the automatic deploy of the same commit replaces is waited for in its place', async () => {
    render = await startService({}, 20);
    const progress = listener(text => text.endsWith('is build_in_progress.') && pushOnce(commits.good));
    const change = await platformOn(render).deploy(commits.good, never, progress);
    expect(change).toMatchObject({ verdict: 'passed', live: { deployment: { commit: commits.good } } });
    expect(progress.said.join(' ')).toContain('took the place of');
  });

  test('that another commit replaces is not decided, and the other one is named', async () => {
    render = await startService({}, 20);
    const progress = listener(text => text.endsWith('is build_in_progress.') && pushOnce(commits.older));
    const change = await platformOn(render).deploy(commits.good, never, progress);
    expect([change.verdict, ...codesOf(change.findings)]).toEqual(['inconclusive', 'platform/superseded']);
    expect(change.findings[0]?.message).toContain(`of the commit ${commits.older.slice(0, 7)}`);
  });

  test('of a cron job with an image is released by its image', async () => {
    render = await startService({ type: 'cron_job' });
    const image = 'ghcr.io/acme/job:1';
    expect(await platformOn(render, { service: { image } }).obstaclesToDeploy(commits.good, never)).toEqual([]);
  });

  test('that is cancelled is cancelled on Render', async () => {
    render = await startService({}, slowState);
    const controller = new AbortController();
    const watching = listener(text => text.includes(' is ') && controller.abort(new Error('cancelled')));
    await expect(platformOn(render).deploy(commits.good, controller.signal, watching)).rejects.toThrow('cancelled');
    expect(service().deploys[0]?.status).toBe('canceled');
  });

  test.each([400, 404, 406, 409, 410])('that Render refuses with %i says what Render says', async status => {
    render = await startService();
    render.fail({ on: creations, answer: { status, body: { message: 'no, thank you' } } });
    const [finding] = await findingsOf(platformOn(render).deploy(commits.good, never, listener()));
    expect(finding?.message).toContain('no, thank you');
  });
});

describe('a deploy to Render, beforehand,', () => {
  test.each([
    ['a shortened commit', 'abc123', {}, {}, ['deploy/unknown-commit']],
    ['a suspended service', commits.good, { suspended: true }, {}, ['platform/suspended']],
    ['a cron job', commits.good, { type: 'cron_job' }, {}, ['platform/not-deployable']],
    [
      'the hook of a Blueprint',
      commits.good,
      {},
      { hook: 'https://api.render.com/deploy/exs-1?key=k' },
      ['platform/wrong-deploy-hook'],
    ],
    [
      'the hook of another service',
      commits.good,
      {},
      { hook: 'https://api.render.com/deploy/srv-2?key=k' },
      ['platform/wrong-deploy-hook'],
    ],
    ['a hook that is no URL', commits.good, {}, { hook: 'hook' }, ['platform/wrong-deploy-hook']],
  ])('names %s', async (_what, commit, options, { hook = '' }: { hook?: string }, codes) => {
    render = await startService(options);
    const platform = platformOn(render, {
      variables: { RENDER_HOOK: hook },
      ...(hook && { service: { 'deploy-hook': 'RENDER_HOOK' } }),
    });
    const obstacles = await platform.obstaclesToDeploy(commit, never);
    expect(codesOf(obstacles)).toEqual(codes);
    if (hook) expect(JSON.stringify(obstacles)).not.toContain('key=k');
  });
});

describe('a rollback on Render', () => {
  test('makes a new deploy of the old one and waits until that is live', async () => {
    render = await startService();
    const before = await liveNow();
    await platformOn(render).deploy(commits.good, never, listener());

    const change = await platformOn(render).rollback(before, 'bad', never, listener());

    expect(change).toMatchObject({ verdict: 'passed', findings: [], live: { deployment: { commit: commits.old } } });
    expect(change.live.deployment?.id).not.toBe(before.id);
    expect(await version()).toBe('old');
  });

  test('is known to be done when it is asked for again, under its new id', async () => {
    render = await startService();
    const before = await liveNow();
    const platform = platformOn(render);
    await platform.deploy(commits.good, never, listener());
    expect(platform.runs(await platform.live(never), before)).toBe(false);
    await platform.rollback(before, 'bad', never, listener());
    expect(platform.runs(await platform.live(never), before)).toBe(true);
  });

  test('is not taken for done because the same commit was deployed again', async () => {
    render = await startService();
    const before = await liveNow();
    await platformOn(render).deploy(commits.good, never, listener());
    await platformOn(render).deploy(commits.old, never, listener());
    expect(platformOn(render).runs(await platformOn(render).live(never), before)).toBe(false);
  });

  test('says that automatic deploys go on, and holds them when it is told to', async () => {
    render = await startService({ autoDeployTrigger: 'checksPass' });
    const before = await liveNow();
    const platform = platformOn(render);
    await platform.deploy(commits.good, never, listener());
    const change = await platform.rollback(before, 'bad', never, listener());
    expect(codesOf(change.findings)).toEqual(['platform/auto-deploys-on']);

    expect(await platform.readAutoDeploys(never)).toBe('checksPass');
    await platform.setAutoDeploys?.(undefined, never);
    expect(await platform.readAutoDeploys(never)).toBeUndefined();
    await platform.setAutoDeploys?.('checksPass', never);
    expect(service().autoDeployTrigger).toBe('checksPass');
  });

  test.each([
    ['finds the deploy when the answer is lost', 'lose-answer' as const, 1],
    ['waits for the rate limit', { status: 429, retryAfter: 1 }, 2],
  ])('%s, and goes back once', async (_what, answer, asked) => {
    render = await startService();
    const before = await liveNow();
    await platformOn(render).deploy(commits.good, never, listener());
    render.fail({ on: rollbacks, answer });
    expect(await platformOn(render).rollback(before, 'bad', never, listener())).toMatchObject({ verdict: 'passed' });
    expect(countOf(render, rollbacks)).toBe(asked);
    expect(service().deploys.filter(({ trigger }) => trigger === 'rollback')).toHaveLength(1);
  });

  test('goes on when the run is cancelled, and is joined by the next one', async () => {
    render = await startService();
    const before = await liveNow();
    await platformOn(render).deploy(commits.good, never, listener());
    const letGo = render.hold();
    const controller = new AbortController();
    const watching = listener(text => text.includes('rolls back') && controller.abort(new Error('cancelled')));
    await expect(platformOn(render).rollback(before, 'bad', controller.signal, watching)).rejects.toThrow('cancelled');
    expect(watching.said.at(-1)).toMatch(/Render continues with/);

    const next = listener(text => text.includes('rolls back') && letGo());
    expect(await platformOn(render).rollback(before, 'bad', never, next)).toMatchObject({ verdict: 'passed' });
    expect(countOf(render, rollbacks)).toBe(1);
  });

  test.each([
    ['is of another service or was pruned', 'dep-unknown', /does not know it/],
    ['was never live', 'failed', /never live \(build_failed\)/],
  ])('is refused beforehand to a deploy that %s', async (_what, which, why) => {
    render = await startService();
    await platformOn(render).deploy(commits.unbuildable, never, listener());
    const id = which === 'failed' ? (service().deploys[0]?.id ?? '') : which;
    const obstacles = await platformOn(render).obstaclesToRollback({ id }, never);
    expect(obstacles).toMatchObject([{ code: 'platform/not-restorable', message: expect.stringMatching(why) }]);
  });

  test('can go to what was live before', async () => {
    render = await startService();
    const platform = platformOn(render);
    const candidates = await platform.candidates(await platform.live(never), never);
    expect(candidates).toMatchObject([{ commit: commits.older }]);
    expect(await platform.obstaclesToRollback(candidates[0] ?? { id: '' }, never)).toEqual([]);
  });
});

describe('the variables and the log of a service on Render', () => {
  test('are those of the linked environment groups too, and its own win', async () => {
    const group = { SENTRY_DSN: 'https://example.com/1', LOG_LEVEL: 'debug' };
    render = await startService({ env: { LOG_LEVEL: 'warn' }, group });
    expect(await platformOn(render).variables(never)).toEqual([
      { name: 'SENTRY_DSN', value: group.SENTRY_DSN },
      { name: 'LOG_LEVEL', value: 'warn' },
    ]);
  });

  test('are read page by page', async () => {
    const env = Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`NAME_${index}`, `value ${index}`]));
    render = await startService({ env });
    const variables = await platformOn(render).variables(never);
    expect(variables).toHaveLength(130);
    expect(variables.at(-1)).toEqual({ name: 'NAME_129', value: 'value 129' });
  });

  test('are the last lines, the oldest first', async () => {
    render = await startService();
    for (const text of ['one', 'two', 'three']) service().log.note(text);
    expect(await platformOn(render).log({ id: '' }, never)).toEqual(['one', 'two', 'three']);
  });
});
