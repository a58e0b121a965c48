import { expect } from '@jest/globals';
import { type Identified, type Scenario, SECOND, UNKNOWN } from './scenario.ts';

export const commitScenarios: Scenario[] = [
  {
    name: 'the combined status is the worst of the last of each context',
    async run({ call }) {
      const combined = async () => (await call<Identified>(`GET /commits/${SECOND}/status`)).body.state;
      expect(await combined()).toBe('pending');
      await call(`POST /statuses/${SECOND}`, { state: 'failure', context: 'smoke', target_url: 'https://example.com' });
      await call(`POST /statuses/${SECOND}`, { state: 'success', context: 'probe', description: 'ready' });
      expect(await combined()).toBe('failure');
      await call(`POST /statuses/${SECOND}`, { state: 'success', context: 'smoke' });
      expect(await combined()).toBe('success');
      expect((await call<unknown[]>('GET /commits/main/statuses')).body).toHaveLength(3);
    },
  },
  {
    name: 'a status of an unknown commit, or without a state, is refused',
    async run({ call }) {
      expect((await call(`POST /statuses/${UNKNOWN}`, { state: 'success' })).status).toBe(422);
      expect((await call(`POST /statuses/${SECOND}`, {})).status).toBe(422);
      expect((await call(`GET /commits/${UNKNOWN}/status`)).status).toBe(404);
    },
  },
  {
    name: 'annotations of a check run add up over several requests',
    async run({ call, github }) {
      const annotation = (line: number) => ({
        path: 'apps/api/schema.prisma',
        start_line: line,
        end_line: line,
        start_column: 3,
        end_column: 9,
        annotation_level: 'failure',
        title: 'schema/drops-column',
        message: 'drops orders.total',
      });
      const output = (annotations: unknown[]) => ({ title: 'Schema', summary: 'One finding', annotations });
      const annotations = Array.from({ length: 50 }, (_, index) => annotation(index + 1));
      const { body } = await call<Identified>('POST /check-runs', {
        name: 'push-schema',
        head_sha: SECOND,
        status: 'in_progress',
        output: output(annotations),
      });
      const done = await call(`PATCH /check-runs/${body.id}`, {
        conclusion: 'failure',
        output: output([annotation(51)]),
      });
      expect(done.body).toMatchObject({
        status: 'completed',
        conclusion: 'failure',
        output: { annotations_count: 51 },
      });
      const page = await call<unknown[]>(`GET /check-runs/${body.id}/annotations?per_page=50&page=2`);
      expect(page.body).toHaveLength(1);
      expect(github.checks.all).toMatchObject([{ name: 'push-schema', annotations: { length: 51 } }]);
    },
  },
  {
    name: 'the last check run of each name is listed',
    async run({ call }) {
      for (const name of ['probe', 'smoke', 'probe']) {
        await call('POST /check-runs', { name, head_sha: SECOND, status: 'completed', conclusion: 'success' });
      }
      const listed = await call('GET /commits/main/check-runs');
      expect(listed.body).toMatchObject({ total_count: 2, check_runs: [{ name: 'probe' }, { name: 'smoke' }] });
      expect((await call('GET /commits/main/check-runs?filter=all')).body).toMatchObject({ total_count: 3 });
      const one = await call(`GET /commits/${SECOND}/check-runs?check_name=smoke`);
      expect(one.body).toMatchObject({ total_count: 1 });
    },
  },
  {
    name: 'a check run with too much in it is refused whole',
    async run({ call, github }) {
      const run = { name: 'probe', head_sha: SECOND };
      const annotation = { path: 'a', start_line: 1, end_line: 2, annotation_level: 'notice', message: 'm' };
      const refused = [
        { output: { title: 't', summary: 's', annotations: Array.from({ length: 51 }, () => annotation) } },
        { output: { title: 't', summary: 's', annotations: [{ ...annotation, start_column: 1 }] } },
        { output: { title: 't', summary: 'x'.repeat(65_536) } },
        { output: { title: 't' } },
        { status: 'completed' },
      ];
      for (const body of refused) expect((await call('POST /check-runs', { ...run, ...body })).status).toBe(422);
      expect((await call('POST /check-runs', { name: 'probe', head_sha: UNKNOWN })).status).toBe(422);
      expect(github.checks.all).toEqual([]);
    },
  },
];
