import { expect } from '@jest/globals';
import { FIRST, type Identified, type Scenario, SECOND, UNKNOWN } from './scenario.ts';

export const gitScenarios: Scenario[] = [
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
