import { connectionLost, connectionRefused } from '../../src/clients/network-error.ts';
import { httpProbeSchema } from '../../src/config/schema/probe/http.ts';
import { found } from '../../src/core/finding.ts';
import { tooSlow, wrongJson, wrongStatus } from '../../src/expectations/findings.ts';
import type { Attempt, Prober } from '../../src/readiness/attempt.ts';
import type { SimpleTarget } from '../../src/readiness/targets.ts';
import { waitUntilReady } from '../../src/readiness/wait.ts';
import { testContext } from '../support/context.ts';
import { random, simulatedClock } from './support.ts';

export const good: Attempt = { verdict: 'passed', findings: [], word: '200', took: 20 };
export const bad = (kind = wrongStatus): Attempt => ({
  verdict: 'failed',
  findings: [found(kind, { message: 'x.' })],
  word: kind.code,
});
const lost: Attempt = { ...bad(connectionLost), isolated: true };
const slow: Attempt = { ...bad(tooSlow), isolated: true };
export const refused = bad(connectionRefused);

export function target(rules: Record<string, unknown>): SimpleTarget {
  return { name: 'api.ready', probe: httpProbeSchema.parse({ get: 'http://x', ...rules }), controls: [] };
}

/** What a service is like: its answer so many milliseconds after the start. */
export type Service = (elapsed: number, chance: () => number, attempt: number) => Attempt;

/** A simulated run of the gate against a service, whose answers take 20 ms. Gives the verdict. */
export async function simulate(rules: Record<string, unknown>, service: Service, seed: number): Promise<string> {
  const clock = simulatedClock();
  const started = clock.now();
  const chance = random(seed);
  let attempts = 0;
  const ask: Prober = async () => {
    clock.pass(20);
    return service(clock.now() - started, chance, attempts++);
  };
  return (await waitUntilReady(target(rules), ask, testContext({ clock }))).verdict;
}

/** A probe that sets no rule of its own. */
const bare = {};

/** What a healthy service is like: one connection in a hundred is lost, one answer in fifty is slow. */
const healthy: Service = (_, chance) => (chance() < 0.01 ? lost : chance() < 0.02 ? slow : good);

const startedAt = (elapsed: number) => Date.parse('2026-03-02T12:00:00Z') + elapsed;

/** Services, and how they are probed, that must pass in each run. */
export const wellServices: [string, Record<string, unknown>, Service][] = [
  ['that loses one connection in a hundred and is slow one time in fifty', bare, healthy],
  ['that only has to answer once', { consecutive: 1, for: '0s' }, healthy],
  ['that has to answer three times in a row', { for: '0s' }, healthy],
  ['that starts for half a minute', bare, (at, chance, n) => (at < 30_000 ? refused : healthy(at, chance, n))],
  [
    'whose network settles in the first ten seconds',
    bare,
    (at, chance, n) => (at < 10_000 && chance() < 0.5 ? lost : healthy(at, chance, n)),
  ],
  [
    'whose instances are restarted one by one behind a proxy',
    bare,
    // Each of three is away for two seconds, and the proxy needs a moment to see it: a connection may be lost.
    (at, chance, n) => (at % 4_000 < 150 && at > 4_000 && at < 17_000 ? lost : healthy(at, chance, n)),
  ],
  [
    'whose instances, as their uptime tells, are restarted one by one behind a proxy',
    { uptime: '$.uptime' },
    // Each of three is away for two seconds; the proxy leads to the others, and new ones tell when they began.
    (at, chance, n) => {
      const instance = n % 3;
      const restartedAt = 5_000 + instance * 4_000;
      const since = at > restartedAt + 2_000 ? restartedAt + 2_000 : -3_600_000;
      return { ...healthy(at, chance, n), instanceStartedAt: startedAt(since) };
    },
  ],
];

/** Services, and how they are probed, that must fail in each run. */
export const unwellServices: [string, Record<string, unknown>, Service][] = [
  ['that flaps', bare, (_, chance) => (chance() < 0.3 ? bad() : good)],
  ['that flaps every few seconds', bare, at => (at % 7_000 < 1_000 ? bad() : good)],
  ['that loses every fifth connection', bare, (_, chance) => (chance() < 0.2 ? lost : good)],
  ['that loses every fifth in turn', bare, (_, __, n) => (n % 5 === 0 ? lost : good)],
  ['that is slow every other time', bare, (_, __, n) => (n % 2 ? slow : good)],
  ['that loses all connections for two seconds in twenty', bare, at => (at % 20_000 < 2_000 ? lost : good)],
  ['that says 200 with an error in the body', bare, () => bad(wrongJson)],
  ['that has the old commit on one instance in three', bare, (_, chance) => (chance() < 1 / 3 ? bad(wrongJson) : good)],
  ['that has it so in turn', bare, (_, __, n) => (n % 3 === 0 ? bad(wrongJson) : good)],
  ['that dies every 20 seconds', bare, at => (at % 20_000 < 1_500 ? refused : good)],
  [
    'that dies every 20 seconds and is back before anyone notices',
    { uptime: '$.uptime' },
    at => ({ ...good, instanceStartedAt: startedAt(Math.floor(at / 20_000) * 20_000) }),
  ],
  [
    'whose instances are new each time',
    { instance: '$.id' },
    at => ({ ...good, instance: String(Math.floor(at / 20_000)) }),
  ],
];
