import { afterEach, describe, expect, test } from '@jest/globals';
import { describeStaged, useStagedAddresses } from '../../../src/config/staged.ts';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { probe } from '../../../src/gates/probe/gate.ts';
import { smokeTest } from '../../../src/gates/smoke-test/gate.ts';
import { planSmoke } from '../../../src/gates/smoke-test/plan/plan.ts';
import { planTargets } from '../../../src/readiness/targets.ts';
import { codesOf, fastClock } from '../../platforms/support.ts';
import { parseConfiguration } from '../../support/configuration.ts';
import { testContext } from '../../support/context.ts';
import { commits, configuration, recordOf, startWorld, type World } from './world.ts';

let world: World;

afterEach(() => world.stop());

const codes = (report: GateReport) => codesOf(listFindings(report));
const checks = `
probe: { web: { live: { deployment: "\${commit}" }, version: { get: /version, expect: { text: good }, for: 0s, deadline: 1s } } }
smoke: { service: web, flows: { version: { steps: [{ get: /version, expect: { text: good } }] } } }`;

function staging(more = checks) {
  const text = configuration(world.fly, world.vercel, more);
  return {
    context: { clock: fastClock(10) },
    configuration: text.replace('platform: vercel,', 'platform: vercel, strategy: stage-then-promote,'),
  };
}

/** Probe and smoke test of what the record says, as their actions ask it. */
async function judge(report: GateReport): Promise<GateReport[]> {
  const text = staging().configuration;
  const request = { path: 'release-gates.yml', environment: 'production', commit: commits.good };
  const config = useStagedAddresses(await parseConfiguration(text, request), recordOf(report).services);
  const context = testContext({ clock: fastClock(10) });
  const selection = { flows: [], tags: [] };
  return [
    await probe(planTargets(config, [], context), context),
    await smokeTest(planSmoke(config, selection, context, recordOf(report)), context),
  ];
}

function promotions(): number {
  return world.vercel.requests.filter(({ path }) => path.includes('/promote/')).length;
}

describe('a release in two steps', () => {
  test('is probed where it is staged, and users meet it only after its promotion', async () => {
    world = await startWorld();
    const staged = await world.deploy(commits.good, { ...staging(), phase: 'stage', tagPrefix: 'prod' });
    expect(staged).toMatchObject({
      verdict: 'passed',
      headline: 'Deployed api. Staged, and not promoted yet: web.',
      outputs: { tag: '', changed: '["api"]' },
    });
    expect(await world.versions()).toEqual({ api: 'good', web: 'old' });
    expect(Object.keys(JSON.parse(staged.outputs.staged ?? ''))).toEqual(['web']);
    expect(describeStaged(recordOf(staged).services)).toMatch(
      /^Not promoted yet, so the gate asks the staged deployment: web at http/,
    );
    expect((await judge(staged)).map(({ verdict }) => verdict)).toEqual(['passed', 'passed']);
    expect(world.github.deployments.all.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['in_progress']);

    const record = recordOf(staged);
    const promoted = await world.deploy(commits.good, { ...staging(), phase: 'promote', record, tagPrefix: 'prod' });
    expect(promoted).toMatchObject({ verdict: 'passed', headline: 'Deployed web. Live already: api.' });
    expect(promoted.outputs.tag).toMatch(/^prod-/);
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
    expect(recordOf(promoted).services.web?.staged).toBeUndefined();
    expect(recordOf(promoted).services.web?.before?.commit).toBe(commits.old);
    expect(recordOf(promoted).services.api?.before).toEqual(record.services.api?.before);
    expect(world.github.deployments.all.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['success']);
  });

  test('is carried out once more on request, each service once', async () => {
    world = await startWorld();
    await world.deploy(commits.good, staging());
    const [api, web] = [world.fly.app('pm-backend').machines[0]?.instanceId, world.vercel.project('web').live?.id];
    const again = ['api', 'web'];
    const staged = await world.deploy(commits.good, { ...staging(), phase: 'stage', again });
    expect(staged.headline).toBe('Deployed api. Staged, and not promoted yet: web.');
    expect(world.vercel.project('web').live?.id).toBe(web);
    const released = world.fly.app('pm-backend').machines[0]?.instanceId;
    expect(released).not.toBe(api);
    const record = recordOf(staged);
    const promoted = await world.deploy(commits.good, { ...staging(), phase: 'promote', record, again });
    expect(promoted.headline).toBe('Deployed web. Live already: api.');
    expect(world.vercel.project('web').live?.id).not.toBe(web);
    expect(world.fly.app('pm-backend').machines[0]?.instanceId).toBe(released);
  });

  test('never calls a commit staged that a push made live in the meantime', async () => {
    world = await startWorld({ vercelDelays: { build: 400, assign: 0 } });
    const project = world.vercel.project('web');
    const meta = { githubCommitSha: commits.good };
    const push = { project: 'web', commit: commits.good, ref: 'main', target: 'production', source: 'git' } as const;
    const pushed = project.deploy({ ...push, autoAssignCustomDomains: true, meta });
    while (pushed.state !== 'BUILDING') await new Promise(resolve => setTimeout(resolve, 5));
    const run = { ...staging(), context: { clock: fastClock(100) }, phase: 'stage', services: ['web'] };
    const report = await world.deploy(commits.good, run);
    expect(report).toMatchObject({ verdict: 'passed', headline: 'Deployed web.', outputs: { staged: '{}' } });
    expect(codes(report)).toContain('deploy/live-before-promotion');
    expect(recordOf(report).services.web).toMatchObject({ before: { commit: commits.old }, after: { id: pushed.id } });
    expect((await world.versions()).web).toBe('good');
  });

  test('reuses what an earlier attempt staged and does nothing twice', async () => {
    world = await startWorld();
    const first = await world.deploy(commits.good, { ...staging(), phase: 'stage' });
    const changes = world.changes();
    const second = await world.deploy(commits.good, { ...staging(), phase: 'stage' });
    expect(second.headline).toBe('Staged, and not promoted yet: web. Live already: api.');
    expect(recordOf(second).services.web?.staged).toEqual(recordOf(first).services.web?.staged);
    expect(recordOf(second).services.api?.before?.id).toContain(commits.old);
    expect(world.changes()).toBe(changes);
    expect(world.github.deployments.all).toHaveLength(1);
    const promote = { ...staging(), phase: 'promote', record: recordOf(second) };
    expect((await world.deploy(commits.good, promote)).headline).toBe('Deployed web. Live already: api.');
  });

  test('ends with the stage if everything to stage is live already', async () => {
    world = await startWorld();
    await world.deploy(commits.good, { services: ['web'] });
    const report = await world.deploy(commits.good, { ...staging(), phase: 'stage' });
    expect(report).toMatchObject({ headline: 'Deployed api. Live already: web.', outputs: { staged: '{}' } });
    expect(world.github.deployments.all.at(-1)?.statuses.at(-1)?.state).toBe('success');
  });

  test('ends with the promotion if someone promoted it by hand', async () => {
    world = await startWorld();
    const staged = await world.deploy(commits.good, { ...staging(), phase: 'stage' });
    const web = world.vercel.project('web');
    const built = web.deployments.find(({ id }) => id === recordOf(staged).services.web?.staged?.id);
    if (built === undefined) throw new TypeError('it was staged');
    web.promote(built);
    while (web.live !== built) await new Promise(resolve => setTimeout(resolve, 5));
    const run = { ...staging(), phase: 'promote', record: recordOf(staged) };
    expect((await world.deploy(commits.good, run)).headline).toBe('Nothing was changed: this release is live already.');
    expect(world.github.deployments.all.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['success']);
  });

  test('has a first step for every configuration, which releases everything if nothing is staged first', async () => {
    world = await startWorld();
    const released = await world.deploy(commits.better, { phase: 'stage-if-any' });
    expect(released).toMatchObject({ headline: 'Deployed api, web.', outputs: { staged: '{}' } });
    const staged = await world.deploy(commits.good, { ...staging(), phase: 'stage-if-any', allowOlder: true });
    expect(staged.headline).toBe('Deployed api. Staged, and not promoted yet: web.');
  });

  test('leaves nothing to roll back for a bad service that was never promoted', async () => {
    world = await startWorld();
    const staged = await world.deploy(commits.better, { ...staging(''), phase: 'stage' });
    const verdicts = (await judge(staged)).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(['failed', 'failed']);
    const undone = await world.rollback({ ...staging(''), record: recordOf(staged) });
    expect(undone.outputs.result).toBe('verified');
    expect(undone.checks.find(({ name }) => name === 'web before')?.detail).toMatch(/is live already$/);
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
    expect(promotions()).toBe(0);
  });

  test('needs no rollback if it changed nothing yet, and ends on GitHub', async () => {
    world = await startWorld();
    const staged = await world.deploy(commits.good, { ...staging(), phase: 'stage', services: ['web'] });
    const undone = await world.rollback({ ...staging(''), record: recordOf(staged), services: ['web'] });
    expect(undone).toMatchObject({ verdict: 'passed', outputs: { result: 'not-needed' } });
    expect(world.github.deployments.all.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['failure']);
  });

  test('leaves services that wait for a staged one for the promotion', async () => {
    world = await startWorld();
    const waits = staging()
      .configuration.replace(', after: [api]', '')
      .replace('platform: fly,', 'platform: fly, after: [web],');
    const staged = await world.deploy(commits.good, { configuration: waits, phase: 'stage' });
    expect(staged.headline).toBe('Staged, and not promoted yet: web. Left for the promotion: api.');
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
    const run = { configuration: waits, phase: 'promote', record: recordOf(staged) };
    expect((await world.deploy(commits.good, run)).headline).toBe('Deployed web, api.');
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
  });

  test('fails if the probes fail at the staged address', async () => {
    world = await startWorld();
    const report = await world.deploy(commits.better, { ...staging(), phase: 'stage', services: ['web'] });
    expect(report.verdict).toBe('failed');
    expect(codes(report)).toContain('deploy/not-promoted');
    expect(promotions()).toBe(0);
  });

  test('promotes once if the response is lost', async () => {
    world = await startWorld();
    const staged = await world.deploy(commits.good, { ...staging(), phase: 'stage' });
    world.vercel.fail({ on: /^POST .*\/promote\//, answer: 'lose-answer' });
    const promote = { ...staging(), phase: 'promote', record: recordOf(staged) };
    expect((await world.deploy(commits.good, promote)).verdict).toBe('passed');
    expect(promotions()).toBe(1);
    expect((await world.deploy(commits.good, promote)).headline).toContain('live already');
    expect(promotions()).toBe(1);
  });
});

describe('a promotion', () => {
  test('changes nothing if the record has no staged deployment', async () => {
    world = await startWorld();
    const report = await world.deploy(commits.good, { ...staging(), phase: 'promote' });
    expect(report).toMatchObject({ verdict: 'error', headline: 'Nothing was changed.' });
    expect(codes(report)).toEqual(['deploy/nothing-staged']);
    expect(world.changes()).toBe(0);
  });

  test('that fails ends the release on GitHub, and another attempt can promote it', async () => {
    world = await startWorld();
    const staged = await world.deploy(commits.good, { ...staging(), phase: 'stage' });
    const states = () => world.github.deployments.all.map(({ statuses }) => statuses.at(-1)?.state);

    expect((await world.deploy(commits.good, { ...staging(), phase: 'promote' })).verdict).toBe('error');
    expect(states()).toEqual(['failure']);

    const promote = { ...staging(), phase: 'promote', record: recordOf(staged) };
    expect((await world.deploy(commits.good, promote)).verdict).toBe('passed');
    expect(states()).toEqual(['failure', 'success']);
    expect((await world.rollback()).outputs.result).toBe('verified');
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
  });

  test('ends the release on GitHub if the shared lock cannot be read', async () => {
    world = await startWorld({ others: [{ repository: 'acme/platform', permissions: {} }] });
    const staged = await world.deploy(commits.good, { ...staging(), phase: 'stage' });
    const configuration = `${staging().configuration}\nrelease: { lock-repository: acme/platform }`;
    const promote = { ...staging(), configuration, phase: 'promote', record: recordOf(staged) };
    await expect(world.deploy(commits.good, promote)).rejects.toThrow(/lock/);
    expect(world.github.deployments.all.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['failure']);
  });

  test('rejects what was staged for another commit', async () => {
    world = await startWorld();
    const staged = await world.deploy(commits.better, { ...staging(''), phase: 'stage', services: ['web'] });
    const run = { ...staging(), phase: 'promote', record: recordOf(staged), services: ['web'] };
    const report = await world.deploy(commits.good, run);
    expect(codes(report)).toEqual(['deploy/nothing-staged']);
    expect(listFindings(report)[0]?.message).toMatch(/dpl_\w+ of ccccccc is staged, but this step releases bbbbbbb/);
  });

  test('rejects an unknown phase, and one for services that are never staged', async () => {
    world = await startWorld();
    await expect(world.deploy(commits.good, { ...staging(), phase: 'stages' })).rejects.toThrow(/phase/);
    await expect(world.deploy(commits.good, { phase: 'stage' })).rejects.toThrow(
      /none of the services is staged first/,
    );
  });
});
