import { describe, expect, test } from '@jest/globals';
import { connectionLost, connectionRefused } from '../../../src/clients/network-error.ts';
import { httpProbeSchema } from '../../../src/config/schema/probe/http.ts';
import { found } from '../../../src/core/finding.ts';
import { tooSlow, wrongJson, wrongStatus } from '../../../src/gates/expectations/findings.ts';
import type { Attempt, Prober } from '../../../src/gates/probe/attempt.ts';
import type { SimpleTarget } from '../../../src/gates/probe/options.ts';
import { pauseAfter } from '../../../src/gates/probe/polling.ts';
import { waitUntilReady } from '../../../src/gates/probe/wait.ts';
import { testContext } from '../../support/context.ts';
import { random, simulatedClock } from './support.ts';

const runs = 200;

const good: Attempt = { verdict: 'passed', findings: [], word: '200', took: 20 };
const bad = (kind = wrongStatus): Attempt => ({
  verdict: 'failed',
  findings: [found(kind, { seen: 'x.' })],
  word: kind.code,
});
const lost: Attempt = { ...bad(connectionLost), isolated: true };
const slow: Attempt = { ...bad(tooSlow), isolated: true };
const refused = bad(connectionRefused);

function target(rules: Record<string, unknown>): SimpleTarget {
  return { name: 'api.ready', probe: httpProbeSchema.parse({ get: 'http://x', ...rules }), controls: [] };
}

/** What a service is like: its answer so many milliseconds after the start. */
type Service = (elapsed: number, chance: () => number, attempt: number) => Attempt;

/** Simulated runs of the gate against a service; answers take 20 ms. Gives the verdicts that came of them. */
async function simulate(
  rules: Record<string, unknown>,
  service: Service,
  times = runs,
): Promise<Record<string, number>> {
  const verdicts: Record<string, number> = {};
  for (let seed = 1; seed <= times; seed++) {
    const clock = simulatedClock();
    const started = clock.now();
    const chance = random(seed);
    let attempts = 0;
    const ask: Prober = async () => {
      clock.pass(20);
      return service(clock.now() - started, chance, attempts++);
    };
    const { verdict } = await waitUntilReady(target(rules), ask, testContext({ clock }));
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  }
  return verdicts;
}

const lasting = { for: '30s', consecutive: 3 };
/** What a healthy service is like: one connection in a hundred is lost, one answer in fifty is slow. */
const healthy: Service = (_, chance) => (chance() < 0.01 ? lost : chance() < 0.02 ? slow : good);

describe(`${runs} runs against a service that is well, none of which fails,`, () => {
  test.each<[string, Record<string, unknown>, Service]>([
    ['with the default limits', {}, healthy],
    ['when it has to last', lasting, healthy],
    ['that starts for half a minute', lasting, (at, chance, n) => (at < 30_000 ? refused : healthy(at, chance, n))],
    [
      'whose instances are restarted one by one behind a proxy',
      { ...lasting, uptime: '$.uptime' },
      // Each of three is away for two seconds; the proxy leads to the others, and new ones tell when they began.
      (at, chance, n) => {
        const instance = n % 3;
        const restartedAt = 5_000 + instance * 4_000;
        const startedAt = at > restartedAt + 2_000 ? restartedAt + 2_000 : -3_600_000;
        const answer = healthy(at, chance, n);
        return { ...answer, instanceStartedAt: Date.parse('2026-03-02T12:00:00Z') + startedAt };
      },
    ],
  ])('%s', async (_, rules, service) => {
    expect(await simulate(rules, service)).toEqual({ passed: runs });
  });
});

describe(`${runs} runs against a service that is not, none of which passes,`, () => {
  test.each<[string, Record<string, unknown>, Service]>([
    ['that flaps', lasting, (_, chance) => (chance() < 0.3 ? bad() : good)],
    ['that loses every fifth connection', lasting, (_, chance) => (chance() < 0.2 ? lost : good)],
    ['that is slow every other time', lasting, (_, __, n) => (n % 2 ? slow : good)],
    ['that says 200 with an error in the body', {}, () => bad(wrongJson)],
    [
      'that has the old commit on one instance in three',
      lasting,
      (_, chance) => (chance() < 1 / 3 ? bad(wrongJson) : good),
    ],
    ['that has it so in turn', lasting, (_, __, n) => (n % 3 === 0 ? bad(wrongJson) : good)],
    ['that dies every 20 seconds', lasting, at => (at % 20_000 < 1_500 ? refused : good)],
    [
      'that dies every 20 seconds and is back before anyone notices',
      { ...lasting, uptime: '$.uptime' },
      at => ({ ...good, instanceStartedAt: Date.parse('2026-03-02T12:00:00Z') + Math.floor(at / 20_000) * 20_000 }),
    ],
    [
      'whose instances are new each time',
      { ...lasting, instance: '$.id' },
      at => ({ ...good, instance: String(Math.floor(at / 20_000)) }),
    ],
  ])('%s', async (_, rules, service) => {
    expect(await simulate(rules, service)).toEqual({ failed: runs });
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

  test('is not while the answers are too slow on the whole', async () => {
    const rules = { consecutive: 20, percentiles: { p95: '100ms' }, deadline: '10s' };
    const slowly = await once(rules, (_, __, n) => ({ ...good, took: n % 10 === 0 ? 500 : 20 }));
    expect(slowly).toMatchObject({ verdict: 'failed', findings: [{ code: 'answer/too-slow' }] });
    expect(slowly.findings[0]?.seen).toContain('the p95 of');
    expect((await once(rules, (_, __, n) => ({ ...good, took: n === 3 ? 500 : 20 }))).verdict).toBe('passed');
  });

  test('says that instances are started again and again', async () => {
    const started = (at: number) => Date.parse('2026-03-02T12:00:00Z') + Math.floor(at / 8_000) * 8_000;
    const { findings } = await once({ for: '20s', uptime: '$.u' }, at => ({ ...good, instanceStartedAt: started(at) }));
    expect(findings).toMatchObject([
      { code: 'probe/restarting', seen: expect.stringMatching(/started anew \d+ times/) },
    ]);
  });

  test('says what the last bad answer was', async () => {
    const { findings } = await once({ for: '20s', deadline: '30s' }, at =>
      Math.floor(at / 1000) % 7 === 3 ? bad() : good,
    );
    expect(findings).toMatchObject([{ code: 'probe/unsteady', seen: expect.stringContaining('The last bad one: x.') }]);
  });

  test('tells every attempt on a time line', async () => {
    const { detail } = await once({ consecutive: 2 }, at => (at < 1_000 ? refused : at < 1_500 ? bad() : good));
    expect(detail).toMatch(
      /0 ms ✗ network\/connection-refused ×\d+ → 990 ms ✗ answer\/wrong-status ×\d+ → 1\.5 s ✓ 200 ×2$/,
    );
  });
});

describe('a limit ends the probe early', () => {
  const undecided: Attempt = { verdict: 'inconclusive', findings: [found(wrongStatus, { seen: 'x.' })], word: '?' };
  const error: Attempt = { ...undecided, verdict: 'error' };

  test.each<[string, Record<string, number>, Attempt, string]>([
    ['failures', { failures: 3 }, bad(), 'more than 3 failures'],
    ['errors', { errors: 0 }, error, 'more than 0 errors'],
    ['undecided attempts', { inconclusive: 2 }, undecided, 'more than 2 undecided'],
  ])('on %s', async (_, limits, attempt, seen) => {
    const { verdict, findings, asked } = await once({ limits }, () => attempt);
    expect(verdict).toBe(attempt.verdict);
    expect(findings[0]?.seen).toContain(seen);
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
    expect(pauseAfter(elapsed, took, requests)).toBe(pause);
  });

  test('waits for as long as the service asks, and asks once more at the end', async () => {
    const busy: Attempt = { ...bad(), retryAfter: 3_000 };
    expect((await once({ deadline: '10s' }, () => busy)).asked).toEqual([0, 3_020, 6_040, 9_060, 10_000]);
    const forLong: Attempt = { ...bad(), retryAfter: 3_600_000 };
    expect((await once({ deadline: '10s' }, () => forLong)).asked).toEqual([0, 10_000]);
  });
});
