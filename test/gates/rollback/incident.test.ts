import { afterEach, describe, expect, test } from '@jest/globals';
import { createRecord } from '../../../src/core/record.ts';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { commits, image, recordOf, startWorld, type World } from '../deploy/world.ts';

let world: World;

afterEach(() => world.stop());

const resultOf = ({ verdict, outputs }: GateReport) => [verdict, outputs.result];

describe('the incident of a rollback', () => {
  const body = () => world.github.issues.all[0]?.body ?? '';

  test('is an issue with the evidence, and a comment for another attempt (V15)', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const finding = {
      code: 'smoke/x',
      severity: 'error' as const,
      boundary: 'data' as const,
      message: 'An order was taken twice.',
      help: 'Fix it.',
    };
    const at = '2026-01-01T00:00:00.000Z';
    const gate = {
      gate: 'smoke-test',
      verdict: 'failed' as const,
      startedAt: at,
      finishedAt: at,
      checks: 1,
      findings: [finding],
    };
    const bad = { ...record, gates: [gate] };

    const report = await world.rollback({ record: bad, incidentIssue: true, reason: 'orders fail' });

    const [issue] = world.github.issues.all;
    expect(issue).toMatchObject({ title: 'Release bbbbbbb to production: rollback verified', labels: ['incident'] });
    expect(report.outputs.incident).toContain('/issues/1');
    expect(report.headline).toMatch(/verified\. The incident: https:.*\/issues\/1$/);
    expect(body()).toMatch(/orders fail/);
    expect(body()).toMatch(/An order was taken twice/);
    expect(body()).toContain(commits.old);
    expect(body()).toContain('/actions/runs/42');

    world.fly.fail({ on: /machines$/, answer: { status: 401, body: { error: 'no' } } });
    await world.rollback({ record: bad, incidentIssue: true });
    expect(world.github.issues.all).toHaveLength(1);
    expect(issue?.comments[0]?.body).toContain('Nothing was changed');
  });

  test('is reported even if no service could go back', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    world.fly.app('pm-backend').images.prune(image(commits.old));
    await world.rollback({ record, incidentIssue: true });
    expect(world.github.issues.all[0]?.title).toContain('rollback refused');
  });

  test('is not opened if nothing had to be done, or in a dry run', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    await world.rollback({ record, incidentIssue: true, dryRun: true });
    await world.rollback({ record: createRecord('production', ''), incidentIssue: true });
    expect(world.github.issues.all).toEqual([]);
  });

  test('contains no secret', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    await world.rollback({ record, incidentIssue: true, reason: 'not-a-real-vercel-token leaked' });
    expect(body()).not.toContain('not-a-real-vercel-token');
  });

  test('causes a warning with the permission if it cannot be opened, and keeps the verdict', async () => {
    world = await startWorld({ permissions: { deployments: 'write', contents: 'read' } });
    const record = recordOf(await world.deploy(commits.good));
    const report = await world.rollback({ record, incidentIssue: true });
    expect(resultOf(report)).toEqual(['passed', 'verified']);
    const finding = listFindings(report).find(({ code }) => code === 'rollback/incident-not-opened');
    expect(finding).toMatchObject({ severity: 'warning', help: expect.stringContaining('issues: write') });
  });
});
