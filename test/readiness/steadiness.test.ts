import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { dnsFailed } from '../../src/clients/network-error.ts';
import { found } from '../../src/core/finding.ts';
import { wrongStatus } from '../../src/expectations/findings.ts';
import type { Attempt, Prober } from '../../src/readiness/attempt.ts';
import { computePause } from '../../src/readiness/polling.ts';
import { waitUntilReady } from '../../src/readiness/wait.ts';
import { testContext } from '../support/context.ts';
import { simulatedClock } from './simulated-clock.ts';
import { bad, good, lost, refused, type Service, type Shape, shapes, simulate, target } from './simulation.ts';
import { serve } from './support.ts';

const seeds = Array.from({ length: 100 }, (_, index) => index + 1);

/**
 * The seeds with another verdict, so that a failure can be looked at alone; bench/probe-steadiness.ts takes random
 * ones.
 */
async function listWrongSeeds({ rules = {}, service, verdict }: Shape): Promise<number[]> {
  const others: number[] = [];
  for (const seed of seeds) if ((await simulate(rules, service, seed)).verdict !== verdict) others.push(seed);
  return others;
}

describe('of 100 runs, hardly any gives a wrong verdict on a service that', () => {
  test.each(shapes.map(shape => [shape.name, shape] as const))('%s', async (_, shape) => {
    expect((await listWrongSeeds(shape)).length).toBeLessThanOrEqual(Math.ceil(shape.wrong * seeds.length));
  });
});

async function once(rules: Record<string, unknown>, service: Service) {
  const clock = simulatedClock();
  const started = clock.now();
  let attempts = 0;
  const asked: number[] = [];
  const ask: Prober = async () => {
    asked.push(clock.now() - started);
    const { lasts = 20, ...attempt } = service(clock.now() - started, () => 0.5, attempts++);
    clock.pass(lasts);
    return attempt;
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
    expect(detail).toMatch(/^200, ready after 1\.1 s; watched for 30 s \(`for`\), \d+ attempts in 31/);
    expect(since).toBe(Date.parse('2026-03-02T12:00:00Z') + 1_100);
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
      /0 ms ✗ network\/connection-refused ×\d+ → 1\.1 s ✗ answer\/wrong-status ×\d+ → 1\.5 s ✓ 200 ×2$/,
    );
  });
});

describe('a service that comes up late', () => {
  test('is watched for as long as `for` needs, once past the deadline', async () => {
    const late = await once({ deadline: '2m' }, at => (at < 110_000 ? refused : good));
    expect(late.verdict).toBe('passed');
    expect(late.detail).toMatch(
      /ready after 1 min 50 s; watched for 30 s \(`for`\), `deadline` extended by 2\d(\.\d)? s/,
    );
    expect(late.took).toBeLessThan(142_000);
  });

  test('and fails after the deadline still fails', async () => {
    const { verdict, took } = await once({ deadline: '2m' }, at => (at < 110_000 || at > 125_000 ? refused : good));
    expect(verdict).toBe('failed');
    expect(took).toBeLessThan(155_000);
  });

  test('and cannot answer often enough is not decided', async () => {
    const slowly = { ...good, lasts: 9_000 };
    const outcome = await once({ deadline: '31s', consecutive: 10 }, at =>
      at < 20_000 ? { ...refused, lasts: 20_000 } : slowly,
    );
    expect(outcome).toMatchObject({ verdict: 'inconclusive', findings: [{ code: 'probe/ready-too-late' }] });
    expect(outcome.findings[0]?.message).toContain(
      'came up after 29.1 s and has answered well since, but only 4 of the 10 good answers',
    );
  });
});

describe('an outage is judged by its length', () => {
  const after =
    (fault: Attempt & { lasts?: number }, from: number, to: number): Service =>
    at =>
      at >= from && at < to ? fault : good;

  test.each([
    ['a moment without connections', lost, 10_000, 10_200, true],
    ['a second without connections', lost, 10_000, 11_000, false],
    ['one attempt that hangs for more than a second', { ...lost, lasts: 1_500 }, 10_000, 10_100, false],
  ])('%s', async (_, fault, from, to, isOneRun) => {
    const { verdict, detail, took } = await once({}, after(fault, from, to));
    expect(verdict).toBe('passed');
    expect(took > 38_000 && detail?.includes('ready after 20 ms') === false).toBe(!isOneRun);
  });
});

describe('a rate limit', () => {
  const limited: Attempt = { ...bad(), word: '429', throttled: true };

  test('that the gate runs into after good answers slows it down', async () => {
    const { verdict, took } = await once({}, (_, __, n) => (n >= 100 && n < 103 ? limited : good));
    expect(verdict).toBe('passed');
    expect(took).toBeLessThan(33_000);
  });

  test('that goes on decides nothing', async () => {
    const { verdict, findings, asked } = await once({}, (_, __, n) => (n >= 100 ? limited : good));
    expect(verdict).toBe('inconclusive');
    expect(findings.at(-1)).toMatchObject({
      code: 'probe/rate-limited',
      message: expect.stringContaining('answered well 100 times, then a rate limit stopped the gate'),
    });
    expect(asked.length).toBeLessThan(150);
  });

  test('that never lets a request through is a failure of the service', async () => {
    expect((await once({}, () => limited)).verdict).toBe('failed');
  });

  test('is not met with an interval that it allows', async () => {
    const { asked } = await once({ interval: '1s' }, () => good);
    expect(asked.slice(0, 3)).toEqual([0, 1_000, 2_000]);
  });
});

describe('when connections are lost', () => {
  const ask = (controls: string[], service: Service) => {
    const clock = simulatedClock();
    const started = clock.now();
    let attempts = 0;
    const prober: Prober = async () => {
      clock.pass(20);
      const attempt = service(clock.now() - started, () => 0.5, attempts++);
      if (attempt.lost && attempts < 500) await delay(1); // the other host is asked in real time
      return attempt;
    };
    return waitUntilReady({ ...target({}), controls }, prober, testContext({ clock }));
  };
  const silentHost = 'http://127.0.0.1:1';

  test.each<[string, Service]>([
    ['for good', at => (at > 10_000 ? lost : good)],
    ['again and again', at => (at % 20_000 > 18_000 ? lost : good)],
  ])("%s and another host is silent too, the runner's network is to blame", async (_, service) => {
    const { verdict, findings } = await ask([silentHost], service);
    expect(verdict).toBe('error');
    expect(findings.at(-1)?.code).toBe('probe/runner-offline');
  });

  test('and the service answers wrongly in the end, the service is to blame', async () => {
    const service: Service = at => (at < 10_000 ? good : at < 12_000 ? lost : bad());
    expect((await ask([silentHost], service)).verdict).toBe('failed');
  });

  test('and another host answers, the service is to blame', async () => {
    const url = await serve((_, response) => response.end());
    expect((await ask([url], at => (at > 10_000 ? lost : good))).verdict).toBe('failed');
  });

  const losesEveryEighth: Service = (_, __, n) => (n % 8 === 0 ? lost : good);

  test('one by one, and another host loses them too, the network between is to blame', async () => {
    const { verdict, findings } = await ask([silentHost], losesEveryEighth);
    expect(verdict).toBe('error');
    expect(findings.at(-1)?.message).toMatch(
      /^\d+ of \d+ requests got no answer from http:\/\/127\.0\.0\.1:1 either\./,
    );
  });

  test('one by one, and another host loses none, the service is to blame', async () => {
    const url = await serve((_, response) => response.end());
    expect((await ask([url], losesEveryEighth)).verdict).toBe('failed');
  });
});

describe('a service that is unsteady', () => {
  const unresolved: Attempt = { ...bad(dnsFailed), verdict: 'error' };

  test.each<[string, Attempt, Attempt, string]>([
    ['cannot be asked', unresolved, unresolved, 'error'],
    ['mostly cannot be asked', unresolved, { ...unresolved, ...bad() }, 'error'],
    ['mostly answers wrongly', bad(), unresolved, 'failed'],
  ])('because it %s', async (_, often, seldom, expected) => {
    const miss = (n: number) => (n % 28 === 0 ? seldom : often);
    const { verdict } = await once({}, (_, __, n) => (n % 7 === 0 ? miss(n) : good));
    expect(verdict).toBe(expected);
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
    [{ idle: 0, took: 20 }, 70],
    [{ idle: 0, took: 500 }, 60],
    [{ idle: 0, took: 20, requests: 2 }, 160],
    [{ idle: 40_000, took: 20 }, 480],
    [{ idle: 40_000, took: 900 }, 250],
    [{ idle: 0, took: 20, interval: 1_000 }, 980],
    [{ idle: 0, took: 20, throttled: 1 }, 160],
    [{ idle: 0, took: 20, throttled: 100 }, 5_740],
  ])('after %j rests %d ms', (pace, pause) => {
    expect(computePause(pace)).toBe(pause);
  });

  test('waits for as long as the service asks, and asks once more at the end', async () => {
    const busy: Attempt = { ...bad(), retryAfter: 3_000 };
    expect((await once({ for: '0s', deadline: '10s' }, () => busy)).asked).toEqual([0, 3_020, 6_040, 9_060, 10_000]);
    const { detail } = await once({ for: '1s' }, (_, __, n) => (n === 0 ? busy : good));
    expect(detail).toContain('0 ms ✗ answer/wrong-status, waited 3 s (Retry-After) → ');
  });

  test('looks again before a long wait ends, so that `for` still fits', async () => {
    const busy: Attempt = { ...bad(), retryAfter: 120_000 };
    const { verdict, asked } = await once({}, at => (at < 1_000 ? busy : good));
    expect(verdict).toBe('passed');
    expect(asked[1]).toBe(10_020);
    const short = await once({ deadline: '35s' }, at => (at < 1_000 ? busy : good));
    expect(short).toMatchObject({ verdict: 'passed', asked: expect.arrayContaining([4_000]) });
  });

  test('asks once more at the deadline when the service asks for longer', async () => {
    const forLong: Attempt = { ...bad(), retryAfter: 3_600_000 };
    expect((await once({ for: '0s', deadline: '10s' }, () => forLong)).asked).toEqual([0, 10_000]);
  });
});
