import { expect } from '@jest/globals';
import { type JsonAnswer, type JsonClient, jsonClient } from '../json-client.ts';
import { type GitHubEmulator, type GitHubOptions, startGitHub } from './index.ts';
import { shaOf } from './repository.ts';

export const FIRST = shaOf('first');
export const SECOND = shaOf('second');
export const UNKNOWN = shaOf('unknown');

export interface Given {
  github: GitHubEmulator;
  call: JsonClient;
}

/** What a client does with the emulator and what it finds. Its tests run these; so does the contract test. */
export interface Scenario {
  name: string;
  options?: Partial<GitHubOptions>;
  run(given: Given): Promise<void>;
}

export async function start(options: Partial<GitHubOptions> = {}): Promise<Given> {
  const github = await startGitHub({
    repository: 'acme/shop',
    token: 'test-token',
    commits: [FIRST, SECOND],
    pulls: [{ number: 7, head: 'feature', sha: shaOf('feature') }],
    ...options,
  });
  return { github, call: jsonClient(`${github.apiUrl}/repos/acme/shop`, 'Bearer test-token') };
}

interface Identified {
  id: number;
  number: number;
  state: string;
  sha: string;
}

const deploymentScenarios: Scenario[] = [
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

const commitScenarios: Scenario[] = [
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

const issueScenarios: Scenario[] = [
  {
    name: 'a comment is found by its marker and written anew',
    async run({ call, github }) {
      const body = '<!-- release-gates --> passed';
      const created = await call<Identified>('POST /issues/7/comments', { body });
      const listed = await call<Identified[]>('GET /issues/7/comments');
      expect(listed.body).toMatchObject([{ id: created.body.id, body }]);
      await call(`PATCH /issues/comments/${created.body.id}`, { body: `${body} twice` });
      expect(github.issues.all[0]?.comments).toMatchObject([{ body: `${body} twice` }]);
      expect((await call(`DELETE /issues/comments/${created.body.id}`)).status).toBe(204);
      expect((await call(`PATCH /issues/comments/${created.body.id}`, { body })).status).toBe(404);
    },
  },
  {
    name: 'a comment must have a body of bounded length',
    async run({ call }) {
      expect((await call('POST /issues/7/comments', { body: '' })).status).toBe(422);
      expect((await call('POST /issues/7/comments', { body: 'x'.repeat(65_537) })).status).toBe(422);
      expect((await call('POST /issues/99/comments', { body: 'hello' })).status).toBe(404);
    },
  },
  {
    name: 'an issue is created, labelled, found and closed',
    async run({ call }) {
      const created = await call<Identified>('POST /issues', {
        title: 'Rolled back',
        labels: ['incident'],
        body: 'why',
      });
      expect(created).toMatchObject({ status: 201, body: { number: 8, labels: [{ name: 'incident' }] } });
      await call('POST /issues/8/labels', { labels: ['release'] });
      const found = await call<Identified[]>('GET /issues?labels=incident,release&state=open');
      expect(found.body.map(({ number }) => number)).toEqual([8]);
      const closed = await call('PATCH /issues/8', { state: 'closed', state_reason: 'completed' });
      expect(closed.body).toMatchObject({ state: 'closed', closed_at: expect.any(String) });
      expect((await call('GET /issues?labels=incident')).body).toEqual([]);
      expect((await call('DELETE /issues/8/labels/release')).body).toMatchObject([{ name: 'incident' }]);
      expect((await call('DELETE /issues/8/labels/release')).status).toBe(404);
      expect((await call('POST /issues', {})).status).toBe(422);
    },
  },
  {
    name: 'pull requests are listed among the issues',
    async run({ call }) {
      expect((await call('GET /issues')).body).toMatchObject([{ number: 7, pull_request: {} }]);
    },
  },
  {
    name: 'a pull request is found by number, by head and by commit',
    async run({ call }) {
      expect((await call('GET /pulls/7')).body).toMatchObject({ number: 7, head: { ref: 'feature' }, merged: false });
      expect((await call('GET /pulls?head=acme:feature')).body).toMatchObject([{ number: 7 }]);
      expect((await call('GET /pulls?head=acme:other')).body).toEqual([]);
      expect((await call(`GET /commits/${shaOf('feature')}/pulls`)).body).toMatchObject([{ number: 7 }]);
      expect((await call('GET /pulls/99')).status).toBe(404);
    },
  },
  {
    name: 'lists come in pages that link to each other',
    async run({ call }) {
      for (let number = 0; number < 5; number++) await call('POST /issues/7/comments', { body: `${number}` });
      const seen: unknown[] = [];
      let next: string | undefined = '/issues/7/comments?per_page=2';
      let pages = 0;
      while (next !== undefined) {
        const page: JsonAnswer<unknown[]> = await call(`GET ${next}`);
        seen.push(...page.body);
        pages += 1;
        next = /<[^>]*\/repos\/acme\/shop([^>]*)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
      }
      expect([pages, seen.length]).toEqual([3, 5]);
    },
  },
];

const gitScenarios: Scenario[] = [
  {
    name: 'an annotated tag is an object and a reference to it',
    async run({ call, github }) {
      const body = { tag: 'v1.0.0', message: 'First release', object: SECOND, type: 'commit' };
      const tag = await call<Identified>('POST /git/tags', body);
      expect(tag.status).toBe(201);
      expect((await call('GET /git/ref/tags/v1.0.0')).status).toBe(404);
      const ref = { ref: 'refs/tags/v1.0.0', sha: tag.body.sha };
      expect((await call('POST /git/refs', ref)).body).toMatchObject({ object: { type: 'tag' } });
      expect((await call('POST /git/refs', ref)).status).toBe(422);
      expect((await call('GET /git/ref/tags/v1.0.0')).body).toMatchObject({ object: { sha: tag.body.sha } });
      expect((await call(`GET /git/tags/${tag.body.sha}`)).body).toMatchObject({ object: { sha: SECOND } });
      expect(github.repository.refs.get('refs/tags/v1.0.0')).toBe(tag.body.sha);
    },
  },
  {
    name: 'a reference moves forward, or by force',
    options: { tags: { v1: SECOND } },
    async run({ call }) {
      expect((await call('PATCH /git/refs/tags/v1', { sha: FIRST })).status).toBe(422);
      expect((await call('PATCH /git/refs/tags/v1', { sha: FIRST, force: true })).status).toBe(200);
      expect((await call('PATCH /git/refs/tags/v1', { sha: SECOND })).status).toBe(200);
      expect((await call('PATCH /git/refs/tags/v2', { sha: SECOND })).status).toBe(422);
      expect((await call('DELETE /git/refs/tags/v1')).status).toBe(204);
      expect((await call('DELETE /git/refs/tags/v1')).status).toBe(422);
    },
  },
  {
    name: 'references are found by their beginning',
    options: { tags: { 'v1.0.0': FIRST, 'v1.1.0': SECOND, w1: SECOND } },
    async run({ call }) {
      const { body } = await call('GET /git/matching-refs/tags/v1');
      expect(body).toMatchObject([{ ref: 'refs/tags/v1.0.0' }, { ref: 'refs/tags/v1.1.0' }]);
    },
  },
  {
    name: 'a ruleset can forbid a tag',
    options: { protectedTags: /^v/ },
    async run({ call }) {
      const refused = await call('POST /git/refs', { ref: 'refs/tags/v9', sha: SECOND });
      expect(refused).toMatchObject({ status: 422, body: { message: expect.stringContaining('rule violations') } });
      expect((await call('POST /git/refs', { ref: 'refs/tags/x9', sha: UNKNOWN })).status).toBe(422);
    },
  },
  {
    name: 'a branch and a tag lead to their commit',
    options: { tags: { 'v1.0.0': FIRST } },
    async run({ call }) {
      expect((await call('GET /commits/main')).body).toMatchObject({ sha: SECOND });
      expect((await call('GET /commits/v1.0.0')).body).toMatchObject({ sha: FIRST });
      expect((await call('GET /commits/nowhere')).status).toBe(422);
      expect((await call('GET ')).body).toMatchObject({ full_name: 'acme/shop', default_branch: 'main' });
    },
  },
];

const accessScenarios: Scenario[] = [
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

export const scenarios: Scenario[] = [
  ...deploymentScenarios,
  ...commitScenarios,
  ...issueScenarios,
  ...gitScenarios,
  ...accessScenarios,
];
