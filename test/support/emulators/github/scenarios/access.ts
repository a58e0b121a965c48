import { expect } from '@jest/globals';
import type { Scenario } from './scenario.ts';

export const accessScenarios: Scenario[] = [
  {
    name: 'a permission that was not granted is refused',
    options: { permissions: { deployments: 'read' } },
    async run({ call }) {
      expect((await call('GET /deployments')).status).toBe(200);
      const refused = await call('POST /deployments', { ref: 'main' });
      expect(refused).toMatchObject({ status: 403, body: { message: 'Resource not accessible by integration' } });
      expect((await call('GET /issues/7/comments')).status).toBe(403);
    },
  },
  {
    name: 'a comment on a pull request needs one of two permissions',
    options: { permissions: { 'pull-requests': 'write' } },
    async run({ call }) {
      expect((await call('POST /issues/7/comments', { body: 'hello' })).status).toBe(201);
      expect((await call('POST /issues', { title: 'hello' })).status).toBe(403);
    },
  },
  {
    name: 'every answer tells the rate limit, and beyond it requests are refused',
    options: { requestsPerHour: 1 },
    async run({ call }) {
      const allowed = await call('GET /deployments');
      expect(allowed.headers.get('x-ratelimit-remaining')).toBe('0');
      const refused = await call('GET /deployments');
      expect(refused).toMatchObject({ status: 403, body: { message: expect.stringContaining('rate limit') } });
    },
  },
];
