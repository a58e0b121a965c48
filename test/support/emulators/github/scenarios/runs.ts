import { expect } from '@jest/globals';
import type { Scenario } from './scenario.ts';

export const runScenarios: Scenario[] = [
  {
    name: 'who has let a run into its environments is listed',
    async run({ call, github }) {
      github.runs.reviews.set('7', [{ user: 'ada', environment: 'production', state: 'approved' }]);
      expect((await call('GET /actions/runs/7/approvals')).body).toMatchObject([
        { state: 'approved', environments: [{ name: 'production' }], user: { login: 'ada' } },
      ]);
      expect((await call('GET /actions/runs/8/approvals')).body).toEqual([]);
    },
  },
];
