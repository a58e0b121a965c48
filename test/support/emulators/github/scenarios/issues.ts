import { expect } from '@jest/globals';
import type { JsonAnswer } from '../../json-client.ts';
import { shaOf } from '../repository.ts';
import type { Identified, Scenario } from './scenario.ts';

export const issueScenarios: Scenario[] = [
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
