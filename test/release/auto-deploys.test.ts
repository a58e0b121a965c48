import { expect, test } from '@jest/globals';
import { holdAutoDeploys, resumeAutoDeploys } from '../../src/release/auto-deploys.ts';
import { testContext } from '../support/context.ts';

const fails = () => Promise.reject(new Error('no network'));
const nothing = async () => [];

test.each([
  ['held', holdAutoDeploys, 'rollback/auto-deploys-not-held', 'off'],
  ['resumed', resumeAutoDeploys, 'deploy/auto-deploys-not-resumed', 'on'],
])('automatic deploys that cannot be %s cause a warning for their service alone', async (_how, change, code, state) => {
  const services = [
    { name: 'api', platform: { holdAutoDeploys: fails, resumeAutoDeploys: fails } },
    { name: 'web', platform: { holdAutoDeploys: nothing, resumeAutoDeploys: nothing } },
  ];
  expect(await change(services, testContext())).toMatchObject([
    {
      name: 'api automatic deploys',
      verdict: 'passed',
      findings: [
        { code, severity: 'warning', message: `Automatic deploys of api were not turned ${state}: no network.` },
      ],
    },
  ]);
});
