import { afterEach, describe, expect, test } from '@jest/globals';
import { createRecord } from '../../../src/core/record.ts';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { codesOf, fastClock } from '../../platforms/support.ts';
import { commits, recordOf, startWorld, type World } from '../deploy/world.ts';

let world: World;

afterEach(() => world.stop());

/** As fast as the five minutes of a cancelled job allow for requests that take real time. */
const clock = () => ({ context: { clock: fastClock(10) } });
const codes = (report: GateReport) => codesOf(listFindings(report));
const resultOf = ({ verdict, outputs }: GateReport) => [verdict, outputs.result];
const latest = () => world.github.deployments.all.at(-1)?.statuses.at(-1);

/** A release that is live and that nobody has verified yet. */
const release = async (variables = {}) => recordOf(await world.deploy(commits.good, { isLastStep: false, variables }));

describe('a rollback in a cancelled job', () => {
  test('undoes the release of its own run, and tells people', async () => {
    world = await startWorld();
    const record = await release();
    expect(latest()?.state).toBe('in_progress');

    const report = await world.rollback({ record, cancelled: 'rollback', incidentIssue: true, ...clock() });

    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
    expect(latest()).toMatchObject({ state: 'failure', description: expect.stringContaining('rolled back') });
    expect(world.github.issues.all).toHaveLength(1);
  });

  test('finds on GitHub what a killed deploy of its run left', async () => {
    world = await startWorld();
    await release();
    const report = await world.rollback({ cancelled: 'rollback', commit: commits.good, ...clock() });
    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
  });

  test.each([
    ['another run', { GITHUB_RUN_ID: '41' }, commits.good],
    ['another commit', {}, commits.better],
  ])('never undoes the release of %s', async (_, variables, commit) => {
    world = await startWorld();
    await release(variables);
    const report = await world.rollback({ cancelled: 'rollback', commit });
    expect(resultOf(report)).toEqual(['passed', 'not-needed']);
    expect(report.headline).toBe('Nothing was changed: this run has released nothing.');
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
  });

  test('leaves a release that every gate has passed', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const report = await world.rollback({ record, cancelled: 'rollback' });
    expect(resultOf(report)).toEqual(['passed', 'not-needed']);
    expect(report.headline).toContain('every gate had passed');
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
    expect(latest()?.state).toBe('success');
  });

  test('stops in time to tell people', async () => {
    world = await startWorld();
    const record = await release();
    world.fly.fail({ on: /^POST .*\/machines\/\w+$/, answer: 'hang' });
    const report = await world.rollback({
      record,
      cancelled: 'rollback',
      incidentIssue: true,
      context: { clock: fastClock(1000) },
    });
    expect(resultOf(report)).toEqual(['error', 'failed']);
    expect(codes(report)).toContain('rollback/out-of-time');
    expect(await world.versions()).toEqual({ api: 'good', web: 'old' });
    expect(latest()?.state).toBe('failure');
    expect(world.github.issues.all).toHaveLength(1);
  });
});

describe('a cancelled release that is to be kept', () => {
  test('stays, is marked as not verified, and opens an incident', async () => {
    world = await startWorld();
    const record = await release();
    const report = await world.rollback({ record, cancelled: 'keep', incidentIssue: true });
    expect(resultOf(report)).toEqual(['inconclusive', 'kept']);
    expect(codes(report)).toContain('rollback/kept-unverified');
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
    expect(latest()).toMatchObject({ state: 'failure', description: 'not verified: the run was cancelled' });
    expect(world.github.issues.all).toHaveLength(1);
  });

  test('goes back all the same if a gate called it bad', async () => {
    world = await startWorld();
    const record = await release();
    const at = new Date().toISOString();
    const bad = { gate: 'probe', verdict: 'failed' as const, startedAt: at, finishedAt: at, checks: 1, findings: [] };
    const report = await world.rollback({ record: { ...record, gates: [bad] }, cancelled: 'keep', ...clock() });
    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
  });

  test('is no incident if it changed nothing', async () => {
    world = await startWorld();
    const record = createRecord('production', commits.good);
    const report = await world.rollback({ record, cancelled: 'keep', incidentIssue: true });
    expect(resultOf(report)).toEqual(['passed', 'not-needed']);
    expect(world.github.issues.all).toEqual([]);
  });
});
