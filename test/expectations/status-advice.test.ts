import { expect, test } from '@jest/globals';
import { adviseOnStatus } from '../../src/expectations/status-advice.ts';

const answerOf = (status: number, headers: Record<string, string> = {}) => ({
  status,
  headers,
  cookies: [],
  body: '',
  size: 0,
  truncated: false,
  utf8: true,
  took: 1,
});

test.each<[number, Record<string, string>, string | undefined]>([
  [308, { location: '/x' }, 'Set `redirects`'],
  [401, {}, 'Send a valid token with `bearer`'],
  [403, {}, 'Check that the token may read this path'],
  [404, {}, 'Correct the path'],
  [405, { allow: 'GET, HEAD' }, 'allows: GET, HEAD.'],
  [405, {}, 'Use a method that the path allows'],
  [429, {}, 'Raise the rate limit'],
  [502, {}, 'listens on the port'],
  [502, { 'cf-ray': '8f2-AMS' }, 'Look up the `cf-ray`'],
  [502, { 'fly-request-id': '01J' }, 'fly logs'],
  [502, { 'x-railway-request-id': 'a' }, 'Railway dashboard'],
  [503, { 'rndr-id': 'a' }, 'Render dashboard'],
  [521, { 'cf-ray': '8f2-AMS' }, "refuses Cloudflare's connections"],
  [540, {}, 'Resume the Supabase project'],
  [500, { 'cf-ray': '8f2-AMS' }, undefined],
  [418, {}, undefined],
])('the status %d with %j has its own advice', (status, headers, advice) => {
  const said = adviseOnStatus(answerOf(status, headers));
  if (advice === undefined) expect(said).toBeUndefined();
  else expect(said).toContain(advice);
});
