import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { probe } from '../../../src/gates/probe/gate.ts';
import { planTargets } from '../../../src/readiness/targets.ts';
import { parseConfiguration } from '../../support/configuration.ts';
import { testContext } from '../../support/context.ts';
import { type FourPlatforms, startFourPlatforms } from '../../support/four-platforms.ts';
import { lightBuild } from '../../support/sample-build.ts';
import { codes, commit, seen } from '../support.ts';

const old = 'a'.repeat(40);
let platforms: FourPlatforms;
beforeAll(async () => {
  platforms = await startFourPlatforms({
    builds: { [commit]: lightBuild('new'), [old]: lightBuild('old') },
    live: old,
  });
});
afterAll(() => platforms?.stop());

/** Asks the platform of a service for the commit, once. */
function ask(service: string, of: string) {
  const text = `${platforms.configuration}\nprobe: { ${service}: { platform: { deployment: "${of}", for: 0s, deadline: 1ms } } }`;
  const config = parseConfiguration(text, { path: 'c.yml', environment: 'production', commit: of });
  const context = testContext({ variables: platforms.variables });
  return probe(planTargets(config, [], context), context);
}

describe.each([
  ['Vercel', 'web', 'vercel'],
  ['Render', 'billing', 'render'],
  ['Railway', 'worker', 'railway'],
])("[T8] %s's own view", (_, service, platform) => {
  test('passes with the commit that is live', async () => {
    expect(await ask(service, old)).toMatchObject({
      verdict: 'passed',
      checks: [{ detail: expect.stringMatching(/ live, ready after/) }],
    });
  });

  test('fails with another, and says which it is', async () => {
    const report = await ask(service, commit);
    expect([report.verdict, codes(report)]).toEqual(['failed', ['error probe/wrong-deployment']]);
    expect(seen(report)).toMatch(new RegExp(`${platform} says: .*live; expected commit ${commit}`));
  });
});
