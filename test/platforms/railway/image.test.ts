import { afterEach, describe, expect, test } from '@jest/globals';
import type { Platform } from '../../../src/platforms/platform.ts';
import type { RailwayEmulator } from '../../support/emulators/railway/index.ts';
import { crashes, lightBuild } from '../../support/sample-build.ts';
import { codesOf, findingsOf, listener, never } from '../support.ts';
import { commits, countOf, platformOn, startEnvironment } from './railway.ts';

let railway: RailwayEmulator;

afterEach(() => railway.stop());

const service = () => railway.service('worker');
const imageOf = (commit: string) => `ghcr.io/acme/worker:${commit}`;

/** A service that runs the image of `old`, before which that of `older` was live. */
async function startImages(live = imageOf(commits.old)): Promise<void> {
  const { older, old, good, crashing } = commits;
  railway = await startEnvironment({
    image: true,
    builds: {
      [imageOf(older)]: lightBuild('older'),
      [imageOf(old)]: lightBuild('old'),
      [imageOf(good)]: lightBuild('good'),
      [imageOf(crashing)]: crashes('connect ECONNREFUSED'),
      'ghcr.io/acme/worker:latest': lightBuild('latest'),
    },
    live,
    history: [imageOf(older)],
  });
}

function platformFor(image: string): Platform {
  return platformOn(railway, { service: { image } });
}

async function version(): Promise<string> {
  return (await fetch(`${railway.domain('worker').url}/version`)).text();
}

describe('an image on Railway', () => {
  test('is deployed, and is what the active deployment runs', async () => {
    await startImages();
    const platform = platformFor(imageOf(commits.good));
    expect(await platform.obstaclesToDeploy(commits.good, never)).toEqual([]);
    expect(platform.carries(await platform.live(never), commits.good)).toBe(false);
    const change = await platform.deploy(commits.good, never, listener());
    expect(change).toMatchObject({
      verdict: 'passed',
      live: { deployment: { image: imageOf(commits.good), commit: commits.good } },
    });
    expect(platform.carries(change.live, commits.good)).toBe(true);
    expect(await version()).toBe('good');
  });

  test('of a tag that may move is never known to be live already, and not joined', async () => {
    const latest = 'ghcr.io/acme/worker:latest';
    await startImages(latest);
    const platform = platformFor(latest);
    expect(platform.carries(await platform.live(never), commits.good)).toBe(false);
    const letGo = railway.hold();
    service().deploy(latest);
    const progress = listener(text => text.includes(' is ') && letGo());
    expect(await platform.deploy(commits.good, never, progress)).toMatchObject({ verdict: 'passed' });
    expect(countOf(railway, 'serviceInstanceDeployV2')).toBe(1);
  });

  test('that is being deployed already is waited for', async () => {
    await startImages();
    const letGo = railway.hold();
    service().deploy(imageOf(commits.good));
    const progress = listener(text => text.includes('already') && letGo());
    const change = await platformFor(imageOf(commits.good)).deploy(commits.good, never, progress);
    expect(change.verdict).toBe('passed');
    expect(countOf(railway, 'serviceInstanceDeployV2')).toBe(0);
  });

  test.each([
    ['does not come up', commits.crashing],
    ['cannot be pulled', commits.unbuildable],
  ])('that %s has failed, and the old one still serves', async (_what, commit) => {
    await startImages();
    const change = await platformFor(imageOf(commit)).deploy(commit, never, listener());
    expect(change).toMatchObject({ verdict: 'failed', live: { deployment: { image: imageOf(commits.old) } } });
    expect(codesOf(change.findings)).toEqual(['platform/deploy-failed']);
    expect(await version()).toBe('old');
  });

  test.each([
    ['when the answer to the deploy is lost', 'serviceInstanceDeployV2', 1],
    ['when the answer to the change of the image is lost, which is harmless twice', 'serviceInstanceUpdate', 2],
  ])('is deployed once, %s', async (_what, operation, asked) => {
    await startImages();
    railway.fail({ body: new RegExp(operation), answer: 'lose-answer' });
    const change = await platformFor(imageOf(commits.good)).deploy(commits.good, never, listener());
    expect(change.verdict).toBe('passed');
    expect(countOf(railway, operation)).toBe(asked);
    expect(service().deployments.filter(({ source }) => source === imageOf(commits.good))).toHaveLength(1);
  });

  test('comes back with a rollback, as far as Railway keeps it', async () => {
    await startImages();
    const platform = platformFor(imageOf(commits.good));
    const { deployment: before } = await platform.live(never);
    if (before === undefined) throw new TypeError('Nothing is live.');
    await platform.deploy(commits.good, never, listener());
    expect(await platform.candidates(await platform.live(never), never)).toMatchObject([
      { image: imageOf(commits.old) },
      { image: imageOf(commits.older) },
    ]);
    expect(await platform.obstaclesToRollback(before, never)).toEqual([]);
    const change = await platform.rollback(before, 'bad', never, listener());
    expect(change).toMatchObject({ verdict: 'passed', live: { deployment: { image: imageOf(commits.old) } } });
    expect(platform.runs(change.live, before)).toBe(true);
    expect(await version()).toBe('old');
  });

  test('that Railway does not keep any more is no way back', async () => {
    await startImages();
    const [oldest] = service().deployments.slice(-1);
    if (oldest) oldest.canRollback = false;
    const platform = platformFor(imageOf(commits.good));
    expect(await platform.candidates(await platform.live(never), never)).toEqual([]);
    const obstacles = await platform.obstaclesToRollback({ id: oldest?.id ?? '' }, never);
    expect(obstacles).toMatchObject([
      { code: 'platform/not-restorable', message: expect.stringContaining('no longer keeps its image') },
    ]);
  });
});

describe('what a service on Railway is made from', () => {
  test('is not changed from a repository to an image', async () => {
    railway = await startEnvironment();
    const obstacles = await platformFor(imageOf(commits.good)).obstaclesToDeploy(commits.good, never);
    expect(obstacles).toMatchObject([
      { code: 'platform/other-source', message: expect.stringContaining('built from acme/shop') },
    ]);
  });

  test('is told where it is an image and none is configured', async () => {
    await startImages();
    const obstacles = await platformOn(railway).obstaclesToDeploy(commits.good, never);
    expect(obstacles).toMatchObject([
      { code: 'platform/other-source', message: expect.stringContaining('but the configuration names none') },
    ]);
  });

  test('is asked with a token that may see it', async () => {
    await startImages();
    const platform = platformOn(railway, { service: { service: 'unknown' } });
    expect(codesOf(await findingsOf(platform.obstaclesToDeploy(commits.good, never)))).toEqual(['platform/not-found']);
  });
});
