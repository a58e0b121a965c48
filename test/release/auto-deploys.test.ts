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

test('automatic deploys that cannot be resumed cause a warning for their service alone', async () => {
  const settings = new Map([['api', 'checksPass']]);
  const { checks, resumed } = await resumeAutoDeploys(services, settings, testContext());
  expect(checks).toMatchObject(expectWarning('deploy/auto-deploys-not-resumed', 'on'));
  expect(resumed).toEqual([]);
});

test('automatic deploys come back with the setting that they had, and only where they were held', async () => {
  const set: (string | undefined)[] = [];
  const setAutoDeploys = async (setting: string | undefined) => void set.push(setting);
  const held = [
    { name: 'api', platform: { readAutoDeploys, setAutoDeploys } },
    { name: 'off', platform: { readAutoDeploys: async () => undefined, setAutoDeploys } },
  ];
  const { settings } = await holdAutoDeploys(held, testContext());
  expect([...settings]).toEqual([['api', 'checksPass']]);
  expect((await resumeAutoDeploys(held, settings, testContext())).resumed).toEqual(['api']);
  expect(set).toEqual([undefined, 'checksPass']);
});
