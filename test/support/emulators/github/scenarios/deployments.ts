import { expect } from '@jest/globals';
import { jsonClient } from '../../json-client.ts';
import { FIRST, type Identified, type Scenario, SECOND } from './scenario.ts';

export const deploymentScenarios: Scenario[] = [
  {
    name: 'a deployment keeps its payload and tells its statuses newest first',
    async run({ call, github }) {
      const payload = { record: { before: 'dpl_1', after: 'dpl_2' } };
      const body = { ref: 'main', auto_merge: false, required_contexts: [], payload, environment: 'production' };
      const created = await call<Identified>('POST /deployments', body);
      expect(created).toMatchObject({ status: 201, body: { sha: SECOND, ref: 'main', production_environment: true } });
      const path = `/deployments/${created.body.id}`;
      await call(`POST ${path}/statuses`, { state: 'in_progress', log_url: 'https://example.com/log' });
      await call(`POST ${path}/statuses`, { state: 'success', environment_url: 'https://app.example.com' });
      const statuses = await call<Identified[]>(`GET ${path}/statuses`);
      expect(statuses.body.map(({ state }) => state)).toEqual(['success', 'in_progress']);
      expect((await call(`GET ${path}`)).body).toMatchObject({ payload });
      expect(github.deployments.all).toMatchObject([{ payload, statuses: [{}, { state: 'success' }] }]);
    },
  },
  {
    name: 'a further repository has deployments of its own, from its default branch',
    options: { others: [{ repository: 'acme/platform', permissions: { deployments: 'read' } }] },
    async run({ call, github }) {
      expect((await call<{ default_branch: string }>('GET ')).body.default_branch).toBe('main');
      await call('POST /deployments', { ref: 'main', required_contexts: [] });
      const elsewhere = jsonClient(`${github.apiUrl}/repos/acme/platform`, 'Bearer test-token');
      expect((await elsewhere('GET /deployments')).body).toEqual([]);
      expect((await elsewhere('POST /deployments', { ref: 'main' })).status).toBe(403);
      expect(github.other('acme/platform').deployments.all).toEqual([]);
    },
  },
  {
    name: 'a payload may be text',
    async run({ call }) {
      const created = await call('POST /deployments', { ref: SECOND, required_contexts: [], payload: '{"a":1}' });
      expect(created.body).toMatchObject({ payload: '{"a":1}', ref: SECOND });
    },
  },
  {
    name: 'a success makes earlier deployments inactive, those of production excepted',
    async run({ call, github }) {
      for (const environment of ['staging', 'staging', 'production', 'production']) {
        const { body } = await call<Identified>('POST /deployments', {
          ref: 'main',
          environment,
          required_contexts: [],
        });
        await call(`POST /deployments/${body.id}/statuses`, { state: 'success' });
      }
      const last = github.deployments.all.map(({ statuses }) => statuses.at(-1)?.state);
      expect(last).toEqual(['inactive', 'success', 'success', 'success']);
    },
  },
  {
    name: 'deployments are filtered by environment, newest first',
    async run({ call }) {
      for (const environment of ['staging', 'production', 'staging']) {
        await call('POST /deployments', { ref: 'main', environment, required_contexts: [] });
      }
      const { body } = await call<Identified[]>('GET /deployments?environment=staging&per_page=1');
      expect(body).toHaveLength(1);
      const all = await call<Identified[]>('GET /deployments?environment=staging');
      expect(all.body.map(({ id }) => id)).toEqual(all.body.map(({ id }) => id).toSorted((a, b) => b - a));
    },
  },
  {
    name: 'a deployment is refused while a required context is not green',
    async run({ call }) {
      await call(`POST /statuses/${SECOND}`, { state: 'failure', context: 'ci/test' });
      expect((await call('POST /deployments', { ref: 'main' })).status).toBe(409);
      expect((await call('POST /deployments', { ref: 'main', required_contexts: ['ci/lint'] })).status).toBe(409);
      expect((await call('POST /deployments', { ref: 'main', required_contexts: [] })).status).toBe(201);
      await call(`POST /statuses/${SECOND}`, { state: 'success', context: 'ci/test' });
      expect((await call('POST /deployments', { ref: 'main' })).status).toBe(201);
    },
  },
  {
    name: 'a branch that is behind is merged instead of deployed',
    options: { branches: { topic: FIRST }, behind: ['topic'] },
    async run({ call, github }) {
      const merged = await call('POST /deployments', { ref: 'topic', required_contexts: [] });
      expect(merged).toMatchObject({ status: 202, body: { message: expect.stringContaining('Auto-merged') } });
      expect(github.deployments.all).toEqual([]);
      const body = { ref: 'topic', required_contexts: [], auto_merge: false };
      expect((await call('POST /deployments', body)).status).toBe(201);
    },
  },
  {
    name: 'what is wrong with a deployment or its status is told by field',
    async run({ call }) {
      expect((await call('POST /deployments', {})).status).toBe(422);
      expect((await call('POST /deployments', { ref: 'nowhere' })).status).toBe(422);
      const { body } = await call<Identified>('POST /deployments', { ref: 'main', required_contexts: [] });
      const long = await call(`POST /deployments/${body.id}/statuses`, {
        state: 'success',
        description: 'x'.repeat(141),
      });
      expect(long).toMatchObject({ status: 422, body: { errors: [{ field: 'description' }] } });
      expect((await call(`POST /deployments/${body.id}/statuses`, { state: 'done' })).status).toBe(422);
      expect((await call('GET /deployments/1')).status).toBe(404);
    },
  },
];
