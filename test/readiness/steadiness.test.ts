import { describe, expect, test } from '@jest/globals';
import { found } from '../../src/core/finding.ts';
import { wrongStatus } from '../../src/expectations/findings.ts';
import type { Attempt, Prober } from '../../src/readiness/attempt.ts';
import { computePause } from '../../src/readiness/polling.ts';
import { waitUntilReady } from '../../src/readiness/wait.ts';
import { testContext } from '../support/context.ts';
import { bad, good, refused, type Service, simulate, target, unwellServices, wellServices } from './simulation.ts';
import { simulatedClock } from './support.ts';

const seeds = Array.from({ length: 200 }, (_, index) => index + 1);

/**
 * The seeds with another verdict, so that a failure can be looked at alone; bench/probe-steadiness.ts takes random
 * ones.
 */
async function seedsWithout(verdict: string, rules: Record<string, unknown>, service: Service): Promise<number[]> {
  const others: number[] = [];
  for (const seed of seeds) if ((await simulate(rules, service, seed)) !== verdict) others.push(seed);
  return others;
}

describe('200 runs against a service that is well, none of which fails:', () => {
  test.each(wellServices)('one %s', async (_, rules, service) => {
    expect(await seedsWithout('passed', rules, service)).toEqual([]);
  });
});

describe('200 runs against a service that is not, none of which passes:', () => {
  test.each(unwellServices)('one %s', async (_, rules, service) => {
    expect(await seedsWithout('failed', rules, service)).toEqual([]);
  });
});

async function once(rules: Record<string, unknown>, service: Service) {
  const clock = simulatedClock();
  const started = clock.now();
  let attempts = 0;
  const asked: number[] = [];
  const ask: Prober = async () => {
    asked.push(clock.now() - started);
    clock.pass(20);
    return service(clock.now() - started, () => 0.5, attempts++);
  };
  const outcome = await waitUntilReady(target(rules), ask, testContext({ clock }));
  return { ...outcome, asked, took: clock.now() - started };
}

describe('when it is enough', () => {
  test('is after so many good answers in a row, over at least this time', async () => {
    const { verdict, asked, took } = await once({ consecutive: 3, for: '10s' }, () => good);
    expect(verdict).toBe('passed');
    expect(took).toBeGreaterThanOrEqual(10_000);
    expect(took).toBeLessThan(10_500);
    expect(asked.length).toBeGreaterThan(50);
  });

  test('is told apart from when it was first ready', async () => {
    const { detail, since, took } = await once({}, at => (at < 1_000 ? refused : good));
    expect(detail).toMatch(/^200, ready after 1 s; watched for 30 s \(`for`\), \d+ attempts in 31/);
    expect(since).toBe(Date.parse('2026-03-02T12:00:00Z') + 1_010);
    expect(took).toBeGreaterThan(31_000);
    const { detail: atOnce } = await once({ for: '0s' }, () => good);
    expect(atOnce).toBe('200, ready after 20 ms, 3 attempts in 200 ms');
  });

  test('is not while the answers are too slow on the whole', async () => {
    const rules = { consecutive: 20, for: '1s', percentiles: { p95: '100ms' }, deadline: '10s' };
    const slowly = await once(rules, (_, __, n) => ({ ...good, took: n % 10 === 0 ? 500 : 20 }));
    expect(slowly).toMatchObject({ verdict: 'failed', findings: [{ code: 'answer/too-slow' }] });
    expect(slowly.findings[0]?.message).toContain('the p95 of');
    expect((await once(rules, (_, __, n) => ({ ...good, took: n === 3 ? 500 : 20 }))).verdict).toBe('passed');
  });

  test('says that instances are started again and again', async () => {
    const started = (at: number) => Date.parse('2026-03-02T12:00:00Z') + Math.floor(at / 8_000) * 8_000;
    const { findings } = await once({ for: '20s', uptime: '$.u' }, at => ({ ...good, instanceStartedAt: started(at) }));
    expect(findings).toMatchObject([
      { code: 'probe/restarting', message: expect.stringMatching(/restarted \d+ times/) },
    ]);
  });

  test('says what the last bad answer was', async () => {
    const { findings } = await once({ for: '20s', deadline: '30s' }, at =>
      Math.floor(at / 1000) % 7 === 3 ? bad() : good,
    );
    expect(findings).toMatchObject([
      { code: 'probe/unstable', message: expect.stringContaining('The last bad one: x.') },
    ]);
  });

  test('tells every attempt on a time line', async () => {
    const { detail } = await once({ consecutive: 2, for: '0s' }, at =>
      at < 1_000 ? refused : at < 1_500 ? bad() : good,
    );
    expect(detail).toMatch(
      /0 ms ✗ network\/connection-refused ×\d+ → 990 ms ✗ answer\/wrong-status ×\d+ → 1\.5 s ✓ 200 ×2$/,
    );
  });
});

describe('a limit ends the probe early', () => {
  const undecided: Attempt = { verdict: 'inconclusive', findings: [found(wrongStatus, { message: 'x.' })], word: '?' };
  const error: Attempt = { ...undecided, verdict: 'error' };

  test.each<[string, Record<string, number>, Attempt, string]>([
    ['failures', { failures: 3 }, bad(), 'more than 3 failures'],
    ['errors', { errors: 0 }, error, 'more than 0 errors'],
    ['undecided attempts', { inconclusive: 2 }, undecided, 'more than 2 undecided'],
  ])('on %s', async (_, limits, attempt, message) => {
    const { verdict, findings, asked } = await once({ limits }, () => attempt);
    expect(verdict).toBe(attempt.verdict);
    expect(findings[0]?.message).toContain(message);
    expect(asked).toHaveLength((Object.values(limits)[0] ?? 0) + 1);
  });

  test('which counts nothing during the grace at the start', async () => {
    const late = (at: number) => (at < 5_000 ? refused : good);
    expect((await once({ limits: { failures: 3 }, grace: '10s' }, late)).verdict).toBe('passed');
    expect((await once({ limits: { failures: 3 } }, late)).verdict).toBe('failed');
  });
});

describe('polling', () => {
  test('asks at most 12 times a second in the first half minute, and twice later', async () => {
    const { asked } = await once({ deadline: '60s' }, () => bad());
    const within = (from: number, to: number) => asked.filter(at => at >= from && at < to).length;
    for (let second = 0; second < 29; second++)
      expect(within(second * 1000, second * 1000 + 1000)).toBeLessThanOrEqual(12);
    expect(within(0, 1000)).toBeGreaterThanOrEqual(10);
    for (let second = 31; second < 59; second++)
      expect(within(second * 1000, second * 1000 + 1000)).toBeLessThanOrEqual(2);
  });

  test.each([
    [0, 20, 1, 70],
    [0, 500, 1, 60],
    [0, 20, 2, 160],
    [40_000, 20, 1, 480],
    [40_000, 900, 1, 250],
  ])('after %d ms, when an attempt took %d ms and %d requests, rests %d ms', (elapsed, took, requests, pause) => {
    expect(computePause(elapsed, took, requests)).toBe(pause);
  });

  test('waits for as long as the service asks, and asks once more at the end', async () => {
    const busy: Attempt = { ...bad(), retryAfter: 3_000 };
    expect((await once({ for: '0s', deadline: '10s' }, () => busy)).asked).toEqual([0, 3_020, 6_040, 9_060, 10_000]);
    const forLong: Attempt = { ...bad(), retryAfter: 3_600_000 };
    expect((await once({ for: '0s', deadline: '10s' }, () => forLong)).asked).toEqual([0, 10_000]);
  });
});
