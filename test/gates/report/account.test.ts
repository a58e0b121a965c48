import { describe, expect, test } from '@jest/globals';
import { accountSchema } from '../../../src/core/account.ts';
import type { ReleaseRecord } from '../../../src/core/record.ts';
import { account, before, commit, endGate, recordOf, released, wentBack } from './support.ts';

const rollback = (result: string, verdict: 'passed' | 'failed' = 'passed') =>
  endGate('rollback', verdict, {
    headline: 'api: rolled back and verified.',
    outputs: { result, incident: 'https://github.com/acme/shop/issues/4' },
  });

describe('the ending of a release', () => {
  test('is passed when every gate passed', () => {
    const { ending, headline, services, decided, response } = account();
    expect([ending, headline]).toEqual(['passed', 'Released ccccccc “Fix the cart” to production.']);
    expect(services).toEqual([
      {
        name: 'api',
        platform: 'fly',
        url: 'https://api.example.com',
        serves: 'new',
        now: { id: 'v2', commit },
        before: { id: 'v1', commit: before },
      },
    ]);
    expect([decided, response]).toEqual([undefined, undefined]);
  });

  test('is rolled-back when a verified rollback followed a bad gate, and names what serves', () => {
    const outcomes = [endGate('deploy'), endGate('smoke-test', 'failed'), rollback('verified')];
    const result = account({ outcomes, record: recordOf(wentBack) });
    expect(result).toMatchObject({
      ending: 'rolled-back',
      headline:
        'The release of ccccccc “Fix the cart” to production failed in smoke-test; it was rolled back and verified.',
      services: [{ serves: 'previous', now: { id: 'v3', commit: before } }],
      decided: { gate: 'smoke-test', check: 'smoke-test check', finding: { code: 'smoke-test/bad' } },
      response: 'api: rolled back and verified.',
      incident: 'https://github.com/acme/shop/issues/4',
    });
  });

  test.each(['unverified', 'failed', 'refused', 'no-target'])('is rollback-failed when the rollback is %s', result => {
    const outcomes = [endGate('probe', 'failed'), rollback(result, 'failed')];
    expect(account({ outcomes })).toMatchObject({ ending: 'rollback-failed', decided: { gate: 'probe' } });
  });

  test('is that of the gates when nothing had to go back', () => {
    expect(account({ outcomes: [endGate('deploy', 'failed'), rollback('not-needed')] }).ending).toBe('failed');
  });

  test.each(['inconclusive', 'error'] as const)('is %s, and says that nothing was rolled back', verdict => {
    const result = account({ outcomes: [endGate('deploy'), endGate('probe', verdict)] });
    expect(result.ending).toBe(verdict);
    expect(result.response).toBe(
      'Nothing was rolled back: only `failed` sets off a rollback. Decide whether the release stays.',
    );
  });

  test('is error when no gate ran', () => {
    expect(account({ outcomes: [] })).toMatchObject({ ending: 'error', headline: expect.stringContaining('No gate') });
  });

  test('is error when a gate was killed', () => {
    const outcomes = [endGate('validate-env'), { gate: 'deploy', startedAt: 0 }];
    expect(account({ outcomes })).toMatchObject({
      ending: 'error',
      decided: { gate: 'deploy', finding: { code: 'report/gate-not-ended' } },
    });
  });

  test('does not depend on a dry run', () => {
    const planned = endGate('smoke-test', 'failed', { isDryRun: true });
    expect(account({ outcomes: [planned, endGate('deploy')] }).ending).toBe('passed');
  });
});

describe('the gates', () => {
  test('that should have run and did not are shown with why', () => {
    const outcomes = [endGate('validate-env', 'failed')];
    const expected = ['validate-env', 'deploy', 'probe'];
    const result = account({ outcomes, expected, record: recordOf({}) });
    expect(result.gates.map(({ gate, verdict }) => [gate, verdict])).toEqual([
      ['validate-env', 'failed'],
      ['deploy', 'not-run'],
      ['probe', 'not-run'],
    ]);
    expect(result.gates[1]?.headline).toBe('validate-env ended the release before it (failed).');
    expect(result.response).toBe('No service was changed.');
  });

  test('that no step ran are named after a good release', () => {
    const result = account({ expected: ['deploy', 'watch'] });
    expect(result.headline).toMatch(/Not run: watch\.$/);
    expect(result.gates.at(-1)).toMatchObject({
      gate: 'watch',
      verdict: 'not-run',
      headline: 'No step of this job ran it.',
    });
  });

  test('that only planned still count as not run', () => {
    const outcomes = [endGate('smoke-test', 'passed', { isDryRun: true }), endGate('deploy')];
    expect(account({ outcomes, expected: ['smoke-test'] }).headline).toContain('Not run: smoke-test.');
  });

  test('of earlier jobs come from the record, each once', () => {
    const entry = (gate: string, startedAt: string): ReleaseRecord['gates'][number] => ({
      gate,
      verdict: 'passed',
      startedAt,
      finishedAt: startedAt,
      checks: 3,
      findings: [],
    });
    const record = recordOf(released, [
      entry('deploy', '2026-03-01T11:00:00.000Z'),
      entry('probe', '2026-03-01T12:00:00.000Z'),
    ]);
    const result = account({ record, outcomes: [endGate('probe')] });
    expect(result.gates.map(({ gate }) => gate)).toEqual(['deploy', 'probe']);
  });

  test('of a job without a start have no boundaries', () => {
    const result = account({ outcomes: undefined, record: recordOf(released) });
    expect(result.boundaries).toBeUndefined();
  });
});

describe('the boundaries', () => {
  test('all show, with the gates that guard them or none', () => {
    const { boundaries } = account();
    expect(boundaries).toHaveLength(6);
    expect(boundaries?.find(({ boundary }) => boundary === 'delivery')).toMatchObject({
      passed: 2,
      gates: ['deploy', 'probe'],
    });
    expect(boundaries?.find(({ boundary }) => boundary === 'identity')).toMatchObject({ passed: 0, gates: [] });
  });
});

describe('what users meet', () => {
  const meet = (services: Parameters<typeof recordOf>[0]) => account({ record: recordOf(services) }).services[0];

  test('is unknown where the platform could not be read after a change', () => {
    expect(meet({ api: { platform: 'fly', before: { id: 'v1' } } })).toMatchObject({
      serves: 'unknown',
      before: { id: 'v1' },
    });
  });

  test('is the version before while the new one is staged', () => {
    expect(meet({ api: { platform: 'vercel', before: { id: 'v1' }, staged: { id: 'v2' } } })).toMatchObject({
      serves: 'previous',
      now: { id: 'v1' },
    });
  });

  test('is unchanged where the release did not reach the service', () => {
    expect(meet({})).toMatchObject({ name: 'api', serves: 'unchanged' });
  });

  test('is the release after a rollback by hand, though the job is of another commit', () => {
    const undone = { ...recordOf(wentBack), commit: 'd'.repeat(40) };
    const undoing = endGate('rollback', 'passed', { record: undone, outputs: { result: 'verified', incident: '' } });
    const result = account({ outcomes: [undoing], record: recordOf({}) });
    expect([result.commit, result.ending, result.services[0]?.now?.commit]).toEqual([
      'd'.repeat(40),
      'rolled-back',
      before,
    ]);
  });
});

test('the account has the form that is published', () => {
  expect(accountSchema.parse(account())).toEqual(account());
});

test('a gate that ended the release does not explain the absence of one before it', () => {
  const outcomes = [endGate('smoke-test', 'failed')];
  const { gates } = account({ outcomes, expected: ['preflight', 'watch'] });
  expect(gates.filter(({ verdict }) => verdict === 'not-run').map(({ headline }) => headline)).toEqual([
    'No step of this job ran it.',
    'smoke-test ended the release before it (failed).',
  ]);
});
