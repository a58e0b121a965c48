import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { startDomain } from '../../support/domain.ts';
import { cleanUp, codes, commit, onCleanUp, probeOne, serve } from './support.ts';

afterEach(cleanUp);

const runs = [1, 2];
const answers = (body: unknown) =>
  serve((_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)));

/** Three instances behind a proxy that asks them in turn. */
async function behindProxy(commits: string[]) {
  const instances = await Promise.all(commits.map(async of => ({ url: await answers({ commit: of, ready: true }) })));
  const domain = await startDomain();
  onCleanUp(() => domain.stop());
  domain.point(instances);
  return { domain, instances };
}

const version = 'get: /version, expect: { json: { commit: "${commit}" } }, for: 500ms, deadline: 1200ms';

describe('over real connections, whose simulated brothers are in steadiness.test.ts,', () => {
  test.each(runs)('a rolling restart behind a proxy passes: run %d', async () => {
    const { domain, instances } = await behindProxy([commit, commit, commit]);
    const report = probeOne('get: /ready, expect: { json: { ready: true } }, for: 500ms, deadline: 10s', domain.url);
    for (const away of instances) {
      await delay(60); // one after the other is taken out of the turn and put back
      domain.point(instances.filter(instance => instance !== away));
    }
    domain.point(instances);
    expect((await report).verdict).toBe('passed');
  });

  test.each(runs)('an error in the body of a 200 fails: run %d', async () => {
    const url = await answers({ error: 'no database' });
    const report = await probeOne('get: /ready, expect: { json: { ready: true } }, deadline: 500ms', url);
    expect([report.verdict, codes(report)]).toEqual(['failed', ['error answer/wrong-json']]);
  });

  test.each(runs)('the old commit on one instance of three fails: run %d', async () => {
    const { domain } = await behindProxy([commit, 'f'.repeat(40), commit]);
    expect((await probeOne(version, domain.url)).verdict).toBe('failed');
  });

  test('the same commit on all three passes', async () => {
    const { domain } = await behindProxy([commit, commit, commit]);
    expect((await probeOne(version, domain.url)).verdict).toBe('passed');
  });

  test.each(runs)('a service that flaps fails: run %d', async run => {
    let count = run;
    const url = await serve((_, response) => response.writeHead(count++ % 4 === 0 ? 500 : 200).end());
    expect((await probeOne('get: /, for: 500ms, deadline: 1200ms', url)).verdict).toBe('failed');
  });
});
