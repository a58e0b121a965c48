import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { FlyEmulator } from '../../support/emulators/fly/index.ts';
import { lightBuild } from '../../support/sample-build.ts';
import { codesOf, findingsOf, listener, never } from '../support.ts';
import { image, imagesOf, type Options, platformOn, startApp, token } from './fly.ts';
import { type Behaviour, type StandIn, standInFlyctl } from './stand-in-flyctl.ts';

const commit = 'c0ffee0000000000000000000000000000000001';
let fly: FlyEmulator;
let flyctl: StandIn;

afterEach(() => Promise.all([fly.stop(), flyctl.remove()]));

/** The app without an `image`, and a flyctl on the PATH. */
async function platformWith(behaviour: Behaviour, { service, ...options }: Options = {}) {
  flyctl = await standInFlyctl(behaviour);
  fly = await startApp({ builds: { [image('old')]: lightBuild('old'), [image(commit)]: lightBuild('new') } });
  return platformOn(fly, {
    service: { image: undefined, ...service },
    ...options,
    variables: { PATH: flyctl.path, 'INPUT_GITHUB-TOKEN': 'not-for-flyctl', ...options.variables },
    context: { workspace: flyctl.workspace, ...options.context },
  });
}

describe('a deploy by flyctl', () => {
  test('builds remotely with the commit as the tag, and believes the machines', async () => {
    const platform = await platformWith('deploys');
    expect(await platform.obstaclesToDeploy(commit, never)).toEqual([]);
    const change = await platform.deploy(commit, never, listener());
    expect(change).toMatchObject({ verdict: 'passed', findings: [], live: { deployment: { commit }, others: [] } });
    expect(imagesOf(fly)).toEqual([image(commit), image(commit)]);
    expect(platform.carries(change.live, commit)).toBe(true);
  });

  test('says which flyctl it was', async () => {
    const progress = listener();
    const change = await (await platformWith('deploys')).deploy(commit, never, progress);
    expect(change.by).toBe('flyctl 0.4.54');
    expect(progress.said[0]).toMatch(/^flyctl 0\.4\.54: flyctl deploy --app pm-backend/);
  });

  test('gives the token by the environment only, and no other token', async () => {
    const platform = await platformWith('deploys', {
      variables: { FLY_ACCESS_TOKEN: 'not-this-one', VERCEL_TOKEN: 'not-this-one', DIRECT_URL: 'not-this-one' },
    });
    const progress = listener();
    await platform.deploy(commit, never, progress);
    const { args, env } = JSON.parse(await readFile(flyctl.callFile, 'utf8'));
    expect(args).toEqual(['deploy', '--app', 'pm-backend', '--remote-only', '--image-label', commit, '--yes']);
    expect(env.FLY_API_TOKEN).toBe(token);
    expect(Object.values(env)).not.toContain('not-this-one');
    expect(progress.said.join('\n')).not.toContain(token);
    expect(progress.said).toContain('::error::==> Building image'); // quoted, never said
  });

  test('that cannot be built fails with its last line, and nothing is changed', async () => {
    const change = await (await platformWith('build-fails')).deploy(commit, never, listener());
    expect(change.verdict).toBe('failed');
    expect(codesOf(change.findings)).toEqual(['platform/flyctl-failed']);
    expect(change.findings[0]?.message).toMatch(/status 1\. Its last line: Error: failed to solve.* 0 of 2 machines/);
    expect(imagesOf(fly)).toEqual([image('old'), image('old')]);
  });

  test('that breaks off half-way says how many machines are there', async () => {
    const change = await (await platformWith('half')).deploy(commit, never, listener());
    expect(codesOf(change.findings)).toEqual(['platform/flyctl-failed']);
    expect(change.findings[0]?.message).toContain('1 of 2 machines are on c0ffee0');
    expect(change.live.others).toHaveLength(1);
  });

  test('tells the last line of flyctl also where Fly.io cannot be asked for the machines after it', async () => {
    const platform = await platformWith('build-fails', { factor: 10_000 });
    fly.fail({ on: /^GET .*\/machines/, times: Number.POSITIVE_INFINITY, answer: { status: 403, body: {} } });
    const findings = await findingsOf(platform.deploy(commit, never, listener()));
    expect(codesOf(findings)).toEqual(['platform/flyctl-unverified', 'platform/bad-token']);
    expect(findings[0]?.message).toMatch(/^flyctl ended with status 1\. Its last line: Error: failed to solve/);
  });

  test('has failed where only what is live after it cannot be asked', async () => {
    const platform = await platformWith('build-fails', { factor: 10_000 });
    const progress = listener();
    const quote = progress.quote;
    progress.quote = text => {
      quote(text);
      if (!text.includes('failed to solve')) return;
      const list = /^GET .*\/machines/;
      fly.fail({ on: list, answer: { status: 200, body: [] as unknown[] } });
      fly.fail({ on: list, times: Number.POSITIVE_INFINITY, answer: { status: 403, body: {} } });
    };
    const findings = await findingsOf(platform.deploy(commit, never, progress));
    expect(codesOf(findings)).toEqual(['platform/flyctl-failed']);
  });

  test('is live where the machines are, whatever flyctl says at its end', async () => {
    const change = await (await platformWith('complains')).deploy(commit, never, listener());
    expect(change.verdict).toBe('passed');
    expect(codesOf(change.findings)).toEqual(['platform/flyctl-complained']);
  });

  test('is not live because flyctl ended well', async () => {
    const change = await (await platformWith('nothing')).deploy(commit, never, listener());
    expect(change.verdict).toBe('failed');
    expect(codesOf(change.findings)).toEqual(['platform/not-live']);
  });

  test('ends with the run that is cancelled', async () => {
    const platform = await platformWith('hangs');
    const run = new AbortController();
    const progress = listener();
    progress.quote = () => run.abort(new Error('cancelled'));
    await expect(platform.deploy(commit, run.signal, progress)).rejects.toThrow('cancelled');
    expect(progress.touches).toBe(1);
  });
});

describe('before a deploy by flyctl', () => {
  const codesBefore = async (options: Options, of = commit) =>
    codesOf(await (await platformWith('deploys', options)).obstaclesToDeploy(of, never));

  test('it has to be installed', async () => {
    expect(await codesBefore({ variables: { PATH: '/nowhere' } })).toEqual(['deploy/no-image']);
  });

  test.each<[Behaviour, string, RegExp]>([
    ['old', 'deploy/program-too-old', /flyctl is 0\.1\.148, but the deploy needs 0\.1\.149 or later/],
    ['broken', 'deploy/program-broken', /`flyctl version` ended with status 1 and said: /],
  ])('it may not be %s', async (behaviour, code, seen) => {
    const obstacles = await (await platformWith(behaviour)).obstaclesToDeploy(commit, never);
    expect(obstacles).toMatchObject([{ code, message: expect.stringMatching(seen) }]);
  });

  test('it is asked without any token', async () => {
    const platform = await platformWith('deploys', { variables: { JWT_SECRET: 'not-for-flyctl' } });
    await platform.obstaclesToDeploy(commit, never);
    const names = Object.keys(JSON.parse(await readFile(`${flyctl.callFile}.version`, 'utf8')));
    expect(names).toContain('PATH');
    expect(names.filter(name => /TOKEN|SECRET|INPUT/.test(name))).toEqual([]);
  });

  test('the folder has to have a fly.toml', async () => {
    expect(await codesBefore({ service: { image: undefined, directory: 'backend' } })).toEqual(['deploy/no-fly-toml']);
  });

  test('the commit has to be one', async () => {
    expect(await codesBefore({}, 'main')).toEqual(['deploy/unknown-commit']);
  });
});

test('an image that the app never ran is refused as a way back', async () => {
  const platform = await platformWith('deploys');
  const foreign = await platform.obstaclesToRollback({ id: 'registry.fly.io/other-app:old' }, never);
  expect(codesOf(foreign)).toEqual(['platform/foreign-image']);
  expect(await platform.obstaclesToRollback({ id: image('old') }, never)).toEqual([]);
});

test('an image that no release of the app has is said to be so', async () => {
  const platform = await platformWith('deploys');
  const obstacles = await platform.obstaclesToRollback({ id: image(commit) }, never);
  expect(obstacles).toMatchObject([{ code: 'platform/never-released', severity: 'warning' }]);
});

test('a list of releases that cannot be read keeps no one from going back', async () => {
  const platform = await platformWith('deploys');
  fly.fail({ on: /\/releases/, times: Number.POSITIVE_INFINITY, answer: { status: 403, body: {} } });
  expect(await platform.obstaclesToRollback({ id: image(commit) }, never)).toEqual([]);
});
