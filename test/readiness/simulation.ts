import { connectionLost, connectionRefused } from '../../src/clients/network-error.ts';
import { httpProbeSchema } from '../../src/config/schema/probe/http.ts';
import { found } from '../../src/core/finding.ts';
import { tooSlow, wrongJson, wrongStatus } from '../../src/expectations/findings.ts';
import type { Attempt, Prober } from '../../src/readiness/attempt.ts';
import type { SimpleTarget } from '../../src/readiness/targets.ts';
import { waitUntilReady } from '../../src/readiness/wait.ts';
import { testContext } from '../support/context.ts';
import { random, simulatedClock } from './simulated-clock.ts';

export const good: Attempt = { verdict: 'passed', findings: [], word: '200', took: 20 };
export const bad = (kind = wrongStatus): Attempt => ({
  verdict: 'failed',
  findings: [found(kind, { message: 'x.' })],
  word: kind.code,
});
export const lost: Attempt = { ...bad(connectionLost), isolated: true, lost: true };
const slow: Attempt = { ...bad(tooSlow), isolated: true };
export const refused = bad(connectionRefused);

export function target(rules: Record<string, unknown>): SimpleTarget {
  return { name: 'api.ready', probe: httpProbeSchema.parse({ get: 'http://x', ...rules }), controls: [] };
}

/** What a service is like: its answer so many milliseconds after the start, which takes 20 ms unless it `lasts` longer. */
export type Service = (elapsed: number, chance: () => number, attempt: number) => Attempt & { lasts?: number };

/** A simulated run of the gate against a service: the verdict, and after how many milliseconds it came. */
export async function simulate(
  rules: Record<string, unknown>,
  service: Service,
  seed: number,
): Promise<{ verdict: string; took: number }> {
  const clock = simulatedClock();
  const started = clock.now();
  const chance = random(seed);
  let attempts = 0;
  const ask: Prober = async () => {
    const { lasts = 20, ...attempt } = service(clock.now() - started, chance, attempts++);
    clock.pass(lasts);
    return attempt;
  };
  const { verdict } = await waitUntilReady(target(rules), ask, testContext({ clock }));
  return { verdict, took: clock.now() - started };
}

/** One kind of service, how it is probed, and the verdict that it must get. */
export interface Shape {
  name: string;
  verdict: 'passed' | 'failed';
  /** The share of runs that may get another verdict. */
  wrong: number;
  rules?: Record<string, unknown>;
  service: Service;
}

type Kind = Omit<Shape, 'verdict' | 'wrong'> & { wrong?: number };

const share =
  (rate: number, fault: Attempt): Service =>
  (_, chance) =>
    chance() < rate ? fault : good;
const from =
  (start: number, service: Service): Service =>
  (at, chance, n) =>
    at < start ? refused : service(at, chance, n);
const outages =
  (every: number, length: number, fault: Attempt & { lasts?: number }): Service =>
  at =>
    at % every >= every - length ? fault : good;

/** Healthy at the edge of what may be called so: 0.1 % wrong answers, 1 lost connection in 30. */
const barelyHealthy: Service = (_, chance) => (chance() < 0.001 ? bad() : chance() < 1 / 30 ? lost : good);

/** What a healthy service is like: one connection in a hundred is lost, one answer in fifty is slow. */
const healthy: Service = (_, chance) => (chance() < 0.01 ? lost : chance() < 0.02 ? slow : good);

const startedAt = (elapsed: number) => Date.parse('2026-03-02T12:00:00Z') + elapsed;

/** Services that must pass; 1 run in 1,000 may be wrong. */
const well: Kind[] = [
  { name: 'loses 1 connection in 100 and is slow 1 time in 50', service: healthy },
  { name: 'loses 1 connection in 30', service: share(1 / 30, lost) },
  { name: 'gives 0.1 % wrong answers', service: share(0.001, bad()) },
  { name: 'gives 0.1 % wrong answers and loses 1 connection in 30', service: barelyHealthy },
  { name: 'only has to answer once', rules: { consecutive: 1, for: '0s' }, service: healthy },
  { name: 'has to answer three times in a row', rules: { for: '0s' }, service: healthy },
  { name: 'starts for half a minute', service: from(30_000, healthy) },
  { name: 'starts for 85 s and loses 1 connection in 30', service: from(85_000, share(1 / 30, lost)) },
  { name: 'starts for 170 s and then is steady', service: from(170_000, () => good) },
  {
    name: 'has a network that settles in ten seconds',
    service: (at, chance, n) => (at < 10_000 && chance() < 0.5 ? lost : healthy(at, chance, n)),
  },
  {
    name: 'answers with the old version one time in two for a minute, then never',
    service: (at, chance) => (at < 60_000 && chance() < 0.5 ? bad(wrongJson) : good),
  },
  {
    name: 'restarts its instances one by one behind a proxy',
    // Each of three is away for two seconds, and the proxy needs a moment to see it: a connection may be lost.
    service: (at, chance, n) => (at % 4_000 < 150 && at > 4_000 && at < 17_000 ? lost : healthy(at, chance, n)),
  },
  {
    name: 'restarts its instances one by one, as their uptime tells',
    rules: { uptime: '$.uptime' },
    // Each of three is away for two seconds; the proxy leads to the others, and new ones tell when they began.
    service: (at, chance, n) => {
      const instance = n % 3;
      const restartedAt = 5_000 + instance * 4_000;
      const since = at > restartedAt + 2_000 ? restartedAt + 2_000 : -3_600_000;
      return { ...healthy(at, chance, n), instanceStartedAt: startedAt(since) };
    },
  },
  {
    name: 'has two instances that answer in turn',
    rules: { instance: '$.id', for: '2s', deadline: '8s' },
    service: (_, __, n) => ({ ...good, instance: `i${n % 2}` }),
  },
  {
    name: 'has twenty instances, loses 1 connection in 100 and is slow 1 time in 50',
    rules: { instance: '$.id' },
    service: (at, chance, n) => ({ ...healthy(at, chance, n), instance: `i${Math.floor(chance() * 20)}` }),
  },
];

/** Services that must fail; none may pass unless it says so. */
const unwell: Kind[] = [
  { name: 'gives 3 % wrong answers', wrong: 0.05, service: share(0.03, bad()) },
  { name: 'gives 5 % wrong answers', wrong: 0.01, service: share(0.05, bad()) },
  { name: 'has the old version on 1 of 20 instances', wrong: 0.01, service: share(1 / 20, bad(wrongJson)) },
  {
    name: 'has it on 1 of 20 in turn',
    service: (_, __, n) => (n % 20 === 0 ? bad(wrongJson) : good),
  },
  { name: 'has the old version on 1 of 3 instances', service: share(1 / 3, bad(wrongJson)) },
  { name: 'loses 10 % of the connections', wrong: 0.01, service: share(0.1, lost) },
  { name: 'loses 20 % of the connections', service: share(0.2, lost) },
  { name: 'loses every fifth in turn', service: (_, __, n) => (n % 5 === 0 ? lost : good) },
  { name: 'flaps', service: share(0.3, bad()) },
  { name: 'flaps every few seconds', service: outages(7_000, 1_000, bad()) },
  { name: 'is slow every other time', service: (_, __, n) => (n % 2 ? slow : good) },
  { name: 'loses all connections for two seconds in twenty', service: outages(20_000, 2_000, lost) },
  { name: 'resets all connections for one second in twenty', service: outages(20_000, 1_000, { ...lost, lasts: 1 }) },
  { name: 'hangs for 1.5 seconds in twenty, then resets', service: outages(20_000, 1_500, { ...lost, lasts: 1_500 }) },
  {
    name: 'refuses all connections for 1.5 seconds in twenty',
    service: outages(20_000, 1_500, { ...refused, lasts: 1 }),
  },
  { name: 'says 200 with an error in the body', service: () => bad(wrongJson) },
  {
    name: 'dies every 20 seconds and is back before anyone notices',
    rules: { uptime: '$.uptime' },
    service: at => ({ ...good, instanceStartedAt: startedAt(Math.floor(at / 20_000) * 20_000) }),
  },
  {
    name: 'has a new instance every 20 seconds',
    rules: { instance: '$.id' },
    service: at => ({ ...good, instance: String(Math.floor(at / 20_000)) }),
  },
];

export const shapes: Shape[] = [
  ...well.map(kind => ({ verdict: 'passed' as const, wrong: 0.001, ...kind })),
  ...unwell.map(kind => ({ verdict: 'failed' as const, wrong: 0, ...kind })),
];
