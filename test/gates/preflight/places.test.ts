import { expect, test } from '@jest/globals';
import { GateError } from '../../../src/core/errors.ts';
import { found } from '../../../src/core/finding.ts';
import { listFindings } from '../../../src/core/report.ts';
import { refusedByGitHub } from '../../../src/github/api.ts';
import { onCleanUp } from '../../support/clean-up.ts';
import { startRedis } from '../../support/redis.ts';
import { run, serveJson } from './support.ts';

type Report = Awaited<ReturnType<typeof run>>;
const lines = (report: Report) => listFindings(report).map(({ code, place }) => `${code} ${place?.line}`);

test('each finding about Redis points at the key that it is about', async () => {
  const redis = await startRedis();
  onCleanUp(() => redis.stop());
  const report = await run('redis: { queue: { store: REDIS_URL,\n policy: allkeys-lru,\n at-least: "99" } }', {
    variables: { REDIS_URL: redis.url },
  });
  expect(lines(report)).toEqual(['data/redis-eviction-policy 2', 'data/redis-too-old 3']);
});

test("a vendor's refusal points at the key that names what it does not have", async () => {
  const api = await serveJson({});
  const variables = { SUPABASE_ACCESS_TOKEN: 'not-a-real-token', SUPABASE_API_URL: api.url };
  const report = await run(
    'backups: {\n main: {\n supabase: wrong } }, auth: {\n main: { supabase: wrong, mfa: true } }',
    {
      variables,
    },
  );
  expect(lines(report)).toEqual(['platform/not-found 3', 'platform/not-found 4']);
  expect(listFindings(report).map(({ help }) => help)).toEqual([
    expect.stringContaining('Correct `preflight.backups.main.supabase`'),
    expect.stringContaining('Correct `preflight.auth.main.supabase`'),
  ]);
});

test('a backup whose date cannot be read decides nothing', async () => {
  const backups = [{ status: 'COMPLETED', inserted_at: 'yesterday' }];
  const api = await serveJson({ '/v1/projects/abc/database/backups': { backups } });
  const report = await run('backups: { main: { supabase: abc } }', {
    variables: { SUPABASE_ACCESS_TOKEN: 'not-a-real-token', SUPABASE_API_URL: api.url },
  });
  expect([report.verdict, lines(report)]).toEqual(['inconclusive', ['data/backup-date-unreadable 1']]);
});

test('a check of the commit points at its item, an alert at its kind', async () => {
  const report = await run('change: { checks: [\n lint,\n unit ], alerts: {\n dependabot: high,\n secrets: true } }', {
    facts: {
      checks: async () => [{ name: 'lint', state: 'success', said: 'success', ofThisRun: false }],
      alerts: async kind => [{ kind, severity: 'critical', title: 'x', url: 'https://x' }],
    },
  });
  expect(lines(report)).toEqual(['change/check-not-green 3', 'change/open-alert 4', 'change/open-alert 5']);
});

test("GitHub's refusal points at the check that asked", async () => {
  const refuse = async () => {
    throw new GateError([found(refusedByGitHub, { message: 'x.' })]);
  };
  const report = await run('change: {\n deployed-to: staging }', { facts: { deployments: refuse } });
  expect(lines(report)).toEqual(['gate/github-refused 2']);
});
