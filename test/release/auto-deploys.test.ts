import { expect, test } from '@jest/globals';
import { holdAutoDeploys, resumeAutoDeploys } from '../../src/release/auto-deploys.ts';
import { testContext } from '../support/context.ts';

const readAutoDeploys = async () => 'checksPass';
const fails = { readAutoDeploys, setAutoDeploys: () => Promise.reject(new Error('no network')) };
const services = [
  { name: 'api', platform: fails },
  { name: 'web', platform: { readAutoDeploys } },
];
const expectWarning = (code: string, state: string) => [
  {
    name: 'api automatic deploys',
    verdict: 'passed',
    findings: [
      { code, severity: 'warning', message: `Automatic deploys of api were not turned ${state}: no network.` },
    ],
  },
];

test('automatic deploys that cannot be held cause a warning for their service alone', async () => {
  const { checks, settings } = await holdAutoDeploys(services, testContext());
  expect(checks).toMatchObject(expectWarning('rollback/auto-deploys-not-held', 'off'));
  expect(settings.size).toBe(0);
});

test('automatic deploys that a platform does not turn off, though it says so, cause a warning', async () => {
  const ignores = { readAutoDeploys, setAutoDeploys: async () => {} };
  const { checks, settings } = await holdAutoDeploys([{ name: 'api', platform: ignores }], testContext());
  expect(checks[0]?.findings).toMatchObject([{ code: 'rollback/auto-deploys-not-held' }]);
  expect(checks[0]?.findings[0]?.message).toContain('the platform accepted it, but the setting is "checksPass"');
  expect(settings.size).toBe(0);
});

test('automatic deploys count as held where the platform does not answer afterwards', async () => {
  let asked = 0;
  const platform = {
    readAutoDeploys: async () => {
      asked += 1;
      if (asked > 1) throw new Error('no network');
      return 'commit';
    },
    setAutoDeploys: async () => {},
  };
  const { settings } = await holdAutoDeploys([{ name: 'api', platform }], testContext());
  expect([...settings]).toEqual([['api', 'commit']]);
});

test('automatic deploys that cannot be resumed cause a warning for their service alone', async () => {
  const settings = new Map([['api', 'checksPass']]);
  const { checks, resumed } = await resumeAutoDeploys(services, settings, testContext());
  expect(checks).toMatchObject(expectWarning('deploy/auto-deploys-not-resumed', 'on'));
  expect(resumed).toEqual([]);
});

test('automatic deploys come back with the setting that they had, and only where they were held', async () => {
  const set: (string | undefined)[] = ['checksPass'];
  const setAutoDeploys = async (setting: string | undefined) => void set.push(setting);
  const held = [
    { name: 'api', platform: { readAutoDeploys: async () => set.at(-1), setAutoDeploys } },
    { name: 'off', platform: { readAutoDeploys: async () => undefined, setAutoDeploys } },
  ];
  const { settings } = await holdAutoDeploys(held, testContext());
  expect([...settings]).toEqual([['api', 'checksPass']]);
  expect((await resumeAutoDeploys(held, settings, testContext())).resumed).toEqual(['api']);
  expect(set).toEqual(['checksPass', undefined, 'checksPass']);
});
