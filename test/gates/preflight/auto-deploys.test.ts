import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type FourPlatforms, startFourPlatforms } from '../../support/four-platforms.ts';
import { lightBuild } from '../../support/sample-build.ts';
import { codes, run, seen } from './support.ts';

const old = 'a'.repeat(40);
let platforms: FourPlatforms;

beforeAll(async () => {
  platforms = await startFourPlatforms({ builds: { [old]: lightBuild('old') }, live: old });
});

afterAll(() => platforms.stop());

/** The setting of each platform that can deploy pushes. */
function set({ render = 'off', railway = false, vercel = false } = {}): void {
  platforms.render.service('srv-billing').autoDeployTrigger = render as 'off' | 'checksPass';
  platforms.railway.service('worker').autoDeploy = railway;
  const { options } = platforms.vercel.project('web');
  if (vercel) options.link = { type: 'github', productionBranch: 'main' };
  else delete options.link;
}

const check = (policy: string) =>
  run(`auto-deploys: ${policy}`, { more: platforms.configuration, variables: platforms.variables });

describe('[G15] platforms that deploy pushes beside the gate', () => {
  test.each([
    ['Render', { render: 'checksPass' }, 'Pushes to billing', '"checksPass"'],
    ['Railway', { railway: true }, 'Pushes to worker', '"on"'],
    ['Vercel', { vercel: true }, 'Pushes to web', '"main"'],
  ])('are found: %s', async (_, settings, ...words) => {
    set(settings);
    const refused = await check('refuse');
    expect([refused.verdict, codes(refused)]).toEqual(['failed', ['error platform/auto-deploys-on']]);
    for (const word of words) expect(seen(refused)).toContain(word);
    const reported = await check('report');
    expect([reported.verdict, codes(reported)]).toEqual(['passed', ['notice platform/auto-deploys-on']]);
  });

  test('are not there: every service that could is checked', async () => {
    set();
    const report = await check('refuse');
    expect([report.verdict, report.headline]).toEqual(['passed', '3 of 3 checks passed.']);
  });

  test('cannot be known with a token that the platform refuses', async () => {
    set();
    const variables = { ...platforms.variables, RENDER_API_KEY: 'another-not-real-key' };
    const report = await run('auto-deploys: refuse', { more: platforms.configuration, variables });
    expect([report.verdict, codes(report)]).toEqual(['error', ['error platform/bad-token']]);
  });

  test('need services to be found on', async () => {
    await expect(run('auto-deploys: refuse')).rejects.toMatchObject({ findings: [{ code: 'config/missing-section' }] });
  });
});
