import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ReleaseRecord } from '../../../src/core/record.ts';
import type { StepResult, WorkflowResult } from '../../support/workflow/index.ts';
import { brokenReleases, type Release, v1, v2 } from './releases.ts';
import { startWorld } from './world.ts';

type World = Awaited<ReturnType<typeof startWorld>>;

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 60_000);
afterAll(async () => {
  await world?.stop();
});

/** The step of a gate in the example's workflow, by the end of its action's name. */
function stepOf(result: WorkflowResult, name: string): StepResult {
  const step = Object.values(result.jobs)
    .flatMap(job => job.steps)
    .find(candidate => candidate.name === name);
  if (!step) throw new Error(`there is no step ${name} in:\n${result.log}`);
  return step;
}

function codesOf(step: StepResult): string[] {
  const findings: { code: string }[] = JSON.parse(step.outputs.findings ?? '[]');
  return findings.map(finding => finding.code);
}

function expectLive(live: { api: string; web: string }, release: Release): void {
  expect(live).toEqual({ api: release.commit, web: release.commit });
}

describe('the example workflow of the prediction market', () => {
  test('a good release goes through every gate and is live', async () => {
    const result = await world.run(v1);
    expect(result.log).not.toContain('::error');
    expect(result.conclusion).toBe('success');
    expectLive(await world.live(), v1);
    expect(stepOf(result, 'Go back').outcome).toBe('skipped');
  }, 60_000);

  test('a good release with a migration applies it and records it', async () => {
    const result = await world.run(v2);
    expect(result.conclusion).toBe('success');
    expectLive(await world.live(), v2);
    const record: ReleaseRecord = JSON.parse(stepOf(result, 'Smoke-test it').outputs.record ?? '');
    expect(record.databases.main).toMatchObject({
      before: '20260105090000_initial',
      after: '20260212103000_markets_resolution_source',
      applied: ['20260212103000_markets_resolution_source'],
    });
    expect(record.services.api?.before?.id).toContain(`${v1.images.api}@sha256:`);
    expect(record.services.api?.after?.id).toContain(`${v2.images.api}@sha256:`);
    expect(record.gates.map(gate => [gate.gate, gate.verdict])).toEqual([
      ['validate-env', 'passed'],
      ['push-schema', 'passed'],
      ['deploy', 'passed'],
      ['probe', 'passed'],
      ['smoke-test', 'passed'],
    ]);
  }, 60_000);

  test('a release that only the smoke test sees to be bad is rolled back and verified', async () => {
    const result = await world.run(brokenReleases['orders-not-idempotent']);
    expect(result.conclusion).toBe('failure');
    expect(stepOf(result, 'Wait until it is ready').outputs.verdict).toBe('passed');
    const smoke = stepOf(result, 'Smoke-test it');
    expect(smoke.outputs.verdict).toBe('failed');
    expect(codesOf(smoke)).toContain('answer/wrong-status');
    expect(smoke.annotations[0]).toMatchObject({ level: 'error', file: '.github/release-gates.yml' });
    expect(stepOf(result, 'Go back').outputs.result).toBe('verified');
    expectLive(await world.live(), v2);
  }, 60_000);

  test.each([
    ['cookie-not-http-only', 'Smoke-test it', 'answer/wrong-cookie'],
    // The frontend waits until the API is as it should be, so the deploy sees it.
    ['wrong-commit', 'Deploy', 'answer/wrong-json'],
  ] as const)(
    'the broken release %s is seen by its gate and rolled back',
    async (fault, gate, code) => {
      const result = await world.run(brokenReleases[fault]);
      expect(result.conclusion).toBe('failure');
      expect(stepOf(result, gate).outputs.verdict).toBe('failed');
      expect(codesOf(stepOf(result, gate))).toContain(code);
      expect(stepOf(result, 'Go back').outputs.result).toBe('verified');
      expectLive(await world.live(), v2);
    },
    200_000,
  );

  test('a gate that could not work rolls nothing back', async () => {
    // Only the deploy asks where the production domain leads.
    world.vercel.fail({ on: /^GET \/v4\/aliases\//, answer: { status: 403, body: {} } });
    const result = await world.run(v1);
    expect(result.conclusion).toBe('failure');
    expect(stepOf(result, 'Deploy').outputs.verdict).toBe('error');
    expect(codesOf(stepOf(result, 'Deploy'))).toContain('platform/bad-token');
    expect(stepOf(result, 'Go back').outcome).toBe('skipped');
    expectLive(await world.live(), v2);
  }, 60_000);

  test('a token that a platform does not know ends the release at the first gate that asks it', async () => {
    const result = await world.run(v1, { secrets: { VERCEL_TOKEN: 'another-token-of-the-emulator' } });
    expect(result.conclusion).toBe('failure');
    expect(codesOf(stepOf(result, 'Check the environment contract'))).toContain('platform/bad-token');
    expect(stepOf(result, 'Push the schema').outcome).toBe('skipped');
  }, 60_000);

  test('a rollback by hand undoes the last release', async () => {
    await world.run(v1);
    expectLive(await world.live(), v1);
    const result = await world.run(v1, {
      workflow: '.github/workflows/rollback.yml',
      inputs: { reason: 'customers complain' },
    });
    expect(result.conclusion).toBe('success');
    expectLive(await world.live(), v2);
  }, 60_000);

  test('no secret is in any log', async () => {
    const result = await world.run(v2);
    for (const secret of Object.values(world.secrets)) {
      if (secret.length > 5) expect(result.log).not.toContain(secret);
    }
  }, 60_000);
});
