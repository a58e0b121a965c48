import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { codesOf } from '../../platforms/support.ts';
import { type BareProcess, startGate } from '../../support/run-built.ts';
import { commits, configuration, recordOf, startWorld, type World } from '../deploy/world.ts';

let world: World;
let gate: BareProcess | undefined;

afterEach(async () => {
  gate?.remove();
  await world.stop();
});

const codes = (report: GateReport) => codesOf(listFindings(report));
const resultOf = ({ verdict, outputs }: GateReport) => [verdict, outputs.result];

/** A built deploy that is killed while Vercel builds. */
async function killDeploy(): Promise<() => void> {
  const goOn = world.vercel.hold();
  const env = { ...world.step, INPUT_COMMIT: commits.good };
  const started = startGate('deploy', { config: configuration(world.fly, world.vercel), env });
  gate = started;
  while (!started.printed().includes('is QUEUED')) await sleep(5);
  started.child.kill('SIGKILL');
  await started.ended;
  return goOn;
}

describe('a rollback by hand of a release that was killed while Vercel built it', () => {
  test('cancels the build, says which, and it never goes live', async () => {
    world = await startWorld();
    const goOn = await killDeploy();

    const report = await world.rollback();
    goOn();
    await sleep(500);

    expect(resultOf(report)).toEqual(['passed', 'verified']);
    const id = world.vercel.project('web').deployments.at(-1)?.id;
    expect(report.headline).toBe(
      'Cancelled what was on its way: web. api: rolled back and verified; web: already there.',
    );
    expect(listFindings(report)).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({
          code: 'rollback/unfinished-ended',
          message: `${id} (bbbbbbb) of web was cancelled before it went live.`,
        }),
      ]),
    );
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
    expect(world.vercel.project('web').deployments.at(-1)?.state).toBe('CANCELED');
  });

  test('undoes a build that went live in the meantime', async () => {
    world = await startWorld();
    const goOn = await killDeploy();
    world.vercel.fail({ on: /cancel/, answer: { status: 400, body: { error: { message: 'it is READY' } } } });
    const running = world.rollback();
    while (!world.vercel.requests.some(({ path }) => path.includes('/cancel'))) await sleep(2);
    goOn();
    const report = await running;
    await sleep(500);
    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
  });

  test('is not verified if the build cannot be cancelled', async () => {
    world = await startWorld();
    await killDeploy();
    const answer = { status: 403, body: { error: { message: 'not allowed' } } };
    world.vercel.fail({ on: /cancel/, answer, times: Number.POSITIVE_INFINITY });
    const report = await world.rollback();
    expect(resultOf(report)).toEqual(['error', 'failed']);
    expect(codes(report)).toContain('rollback/still-under-way');
    expect((await world.versions()).api).toBe('old');
  });

  test('only says so in a dry run', async () => {
    world = await startWorld();
    await killDeploy();
    const report = await world.rollback({ dryRun: true });
    expect(resultOf(report)).toEqual(['passed', 'dry-run']);
    expect(codes(report)).toContain('rollback/unfinished-release');
    expect(world.vercel.requests.some(({ path }) => path.includes('/cancel'))).toBe(false);
  });
});

test('a rollback leaves the build of a later push alone, and warns of it', async () => {
  world = await startWorld();
  const record = recordOf(await world.deploy(commits.good));
  const goOn = world.vercel.hold();
  const meta = { githubCommitSha: commits.better };
  const push = { project: 'web', commit: commits.better, ref: 'main', target: 'production', source: 'git' } as const;
  world.vercel.project('web').deploy({ ...push, autoAssignCustomDomains: true, meta });
  const report = await world.rollback({ record, dryRun: true });
  goOn();
  expect(codes(report)).toContain('rollback/other-deployment');
});

describe('a hotfix that no record knows', () => {
  async function fixByHand(): Promise<void> {
    const project = world.vercel.project('web');
    const meta = { githubCommitSha: commits.better };
    const push = { project: 'web', commit: commits.better, ref: 'main', target: 'production', source: 'cli' } as const;
    project.deploy({ ...push, autoAssignCustomDomains: true, meta });
    while (project.live?.request.commit !== commits.better) await sleep(5);
  }

  test.each([
    ['by hand', false],
    ['after a gate', true],
  ] as const)('is not undone by a rollback %s', async (_, passed) => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    await fixByHand();
    for (const dryRun of [true, false]) {
      const report = await world.rollback({ dryRun, ...(passed && { record }) });
      expect(resultOf(report)).toEqual(['error', 'refused']);
      const byHand = dryRun ? [] : ['rollback/by-hand', 'rollback/by-hand'];
      expect(codes(report)).toEqual(['rollback/other-version', ...byHand]);
    }
    expect(await world.versions()).toEqual({ api: 'good', web: 'better' });
  });

  test('is undone if someone names what to go back to', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    await fixByHand();
    const target = record.services.web?.before?.id ?? '';
    expect(resultOf(await world.rollback({ services: ['web'], target }))).toEqual(['passed', 'verified']);
    expect((await world.versions()).web).toBe('old');
  });
});

test('a rollback that someone overtakes by a promotion stops, and names it with what is live', async () => {
  world = await startWorld();
  const record = recordOf(await world.deploy(commits.good));
  const project = world.vercel.project('web');
  const meta = { githubCommitSha: commits.better };
  const request = { project: 'web', commit: commits.better, ref: 'main', target: 'production', source: 'cli' } as const;
  const hotfix = project.deploy({ ...request, autoAssignCustomDomains: false, meta });
  while (!hotfix.aliasAssigned) await sleep(5);
  project.failNextAliasJob('stuck');
  const report = await world.rollback({
    record,
    services: ['web'],
    onLog: text => {
      if (!text.includes('moves the domains back')) return;
      setTimeout(() => {
        project.lastAliasRequest = null;
        project.promote(hotfix);
      }, 30);
    },
  });
  await sleep(300);
  expect(resultOf(report)).toEqual(['inconclusive', 'failed']);
  expect(codes(report)).toEqual(['platform/overtaken', 'rollback/by-hand']);
  expect(listFindings(report)[0]?.message).toContain(`a promote to ${hotfix.id} of ccccccc at 20`);
  expect((await world.versions()).web).toBe('better');
});
