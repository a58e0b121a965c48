import type { RequestListener } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { Verdict } from '../../src/core/verdict.ts';
import { probe } from '../../src/gates/probe/gate.ts';
import { planTargets } from '../../src/readiness/targets.ts';
import { onCleanUp } from '../support/clean-up.ts';
import { parseConfiguration } from '../support/configuration.ts';
import { testContext } from '../support/context.ts';
import { startDomain } from '../support/domain.ts';
import { random } from './simulated-clock.ts';
import { commit, serve } from './support.ts';

const runs = 100;

/** How many of the runs, side by side, came to each verdict; each asks a path of its own. */
async function verdictsOf(url: string, rules: string): Promise<Partial<Record<Verdict, number>>> {
  const targets = Array.from({ length: runs }, (_, run) => `run-${run}: { get: "${url}/${run}", ${rules} }`);
  const config = parseConfiguration(`probe: { api: { ${targets.join(', ')} } }`, {
    path: 'c.yml',
    environment: '',
    commit,
  });
  const context = testContext();
  const { checks } = await probe(planTargets(config, [], context), context);
  const counts: Partial<Record<Verdict, number>> = {};
  for (const { verdict } of checks) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}

/** Answers the requests of each run by how many there were before. */
function inTurn(answer: (before: number, response: Parameters<RequestListener>[1]) => void): Promise<string> {
  const counts = new Map<string, number>();
  return serve(({ url = '' }, response) => {
    const before = counts.get(url) ?? Number(url.slice(1)) % 7; // the runs begin at any point of the turn
    counts.set(url, before + 1);
    answer(before, response);
  });
}

const version = 'expect: { json: { commit: "${commit}" } }';
const ofCommit = (of: string) => JSON.stringify({ commit: of });

// The rules leave nothing to how quick the machine is: what comes back every fourth time breaks four in a row.
describe('100 runs over real connections, whose simulated brothers are in steadiness.test.ts, against a service', () => {
  test('that loses one connection in a hundred: all pass', async () => {
    const chance = random(1);
    const url = await serve((request, response) => (chance() < 0.01 ? request.socket.destroy() : response.end()));
    expect(await verdictsOf(url, 'for: 500ms, deadline: 60s')).toEqual({ passed: runs });
  });

  test('whose instances are restarted one by one behind a proxy: all pass', async () => {
    const instances = await Promise.all(
      [0, 1, 2].map(async () => ({ url: await serve((_, response) => response.end()) })),
    );
    const domain = await startDomain();
    onCleanUp(() => domain.stop());
    domain.point(instances);
    const verdicts = verdictsOf(domain.url, 'for: 500ms, deadline: 60s');
    for (const away of instances) {
      domain.point(instances.filter(instance => instance !== away)); // out of the turn, and back
      await delay(100);
    }
    domain.point(instances);
    expect(await verdicts).toEqual({ passed: runs });
  });

  test('that has the same commit on all instances: all pass', async () => {
    const url = await inTurn((_, response) => response.end(ofCommit(commit)));
    expect(await verdictsOf(url, `${version}, for: 500ms, deadline: 60s`)).toEqual({ passed: runs });
  });

  test('that has the old commit on one instance of three: none passes', async () => {
    const url = await inTurn((before, response) => response.end(ofCommit(before % 3 === 0 ? 'f'.repeat(40) : commit)));
    expect(await verdictsOf(url, `${version}, for: 100ms, deadline: 5s`)).toEqual({ failed: runs });
  });

  test('that says 200 with an error in the body: none passes', async () => {
    const url = await inTurn((_, response) => response.end('{"error":"no database"}'));
    expect(await verdictsOf(url, 'expect: { json: { ready: true } }, for: 100ms, deadline: 1s')).toEqual({
      failed: runs,
    });
  });

  test('that flaps: none passes', async () => {
    const url = await inTurn((before, response) => response.writeHead(before % 4 === 0 ? 500 : 200).end());
    expect(await verdictsOf(url, 'consecutive: 4, for: 100ms, deadline: 6s')).toEqual({ failed: runs });
  });
});
