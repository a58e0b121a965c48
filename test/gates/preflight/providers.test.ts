import { describe, expect, test } from '@jest/globals';
import { clockAt, codes, run, seen, serveJson } from './support.ts';

const now = '2026-03-02T12:00:00Z';
const clock = clockAt(now);
const hoursAgo = (hours: number) => new Date(Date.parse(now) - hours * 3_600_000).toISOString();
const unix = (hours: number) => (Date.parse(now) - hours * 3_600_000) / 1000;

describe('[G1] [V3] backups on Supabase', () => {
  const ask = async (body: unknown, more = '') => {
    const { url } = await serveJson({ '/v1/projects/ref/database/backups': body });
    const variables = { SUPABASE_API_URL: url, SUPABASE_ACCESS_TOKEN: 'not-a-real-supabase-token' };
    return run(`backups: { main: { supabase: ref, younger-than: 24h${more} } }`, { clock, variables });
  };
  const daily = (hours: number, status = 'COMPLETED') => ({
    pitr_enabled: false,
    backups: [{ id: 1, status, inserted_at: hoursAgo(hours) }],
  });
  const pitr = (hours: number) => ({
    pitr_enabled: true,
    backups: [],
    physical_backup_data: { latest_physical_backup_date_unix: unix(hours) },
  });

  test.each<[string, unknown, string]>([
    ['daily', daily(3), ''],
    ['point-in-time, whose list is empty', pitr(1), ''],
    ['point-in-time where that is wanted', pitr(1), ', kind: point-in-time'],
  ])('are recent: %s', async (_, body, more) => {
    expect((await ask(body, more)).verdict).toBe('passed');
  });

  test.each<[string, unknown, string, string, string]>([
    ['too old', daily(30), '', 'data/old-backup', 'of 2026-03-01T06:00:00Z, is 30 h old; the limit is 24 h'],
    ['failed', daily(3, 'FAILED'), '', 'data/no-backup', 'has no complete backup'],
    ['none at all', { backups: [] }, '', 'data/no-backup', 'has no complete backup'],
    ['not continuous', daily(3), ', kind: point-in-time', 'data/no-backup', 'has no point-in-time recovery'],
    ['continuous no longer', pitr(30), ', kind: point-in-time', 'data/old-backup', 'the limit is'],
  ])('are not: %s', async (_, body, more, code, words) => {
    const report = await ask(body, more);
    expect(codes(report)).toEqual([`error ${code}`]);
    expect(seen(report)).toContain(words);
  });

  test('cannot be known with a token that is refused, and that is an error', async () => {
    expect((await ask([401, { message: 'Unauthorized' }])).verdict).toBe('error');
    const report = await run('backups: { main: { supabase: ref } }', { clock });
    expect([report.verdict, codes(report)]).toEqual(['error', ['error config/unset-variable']]);
  });
});

describe('[G1] backups on Render', () => {
  const ask = async (recovery: unknown, exports: unknown, more = '') => {
    const { url } = await serveJson({ '/v1/postgres/dpg-1/recovery': recovery, '/v1/postgres/dpg-1/export': exports });
    const variables = { RENDER_HOST: `${url}/v1/`, RENDER_API_KEY: 'not-a-real-render-key' };
    return run(`backups: { main: { render: dpg-1, younger-than: 24h${more} } }`, { clock, variables });
  };
  const recovers = { recoveryStatus: 'AVAILABLE', startsAt: hoursAgo(72) };
  const cannot = { recoveryStatus: 'NOT_AVAILABLE' };
  const exported = [{ id: 'e', createdAt: hoursAgo(2), url: 'https://x' }];

  test.each<[string, unknown, unknown, string]>([
    ['by recovery', recovers, [], ''],
    ['by an export', cannot, exported, ''],
    ['far enough back', recovers, [], ', kind: recovery, recovers-back: 2d'],
  ])('are there %s', async (_, recovery, exports, more) => {
    expect((await ask(recovery, exports, more)).verdict).toBe('passed');
  });

  test.each<[string, unknown, unknown, string, string[]]>([
    ['of no kind', cannot, [], '', ['error data/no-backup', 'error data/no-backup']],
    ['not far enough back', recovers, [], ', kind: recovery, recovers-back: 7d', ['error data/old-backup']],
    ['not exported to the end', recovers, [{ ...exported[0], url: null }], ', kind: export', ['error data/no-backup']],
  ])('are not there: %s', async (_, recovery, exports, more, expected) => {
    expect(codes(await ask(recovery, exports, more))).toEqual(expected);
  });
});

test('[G1] backups of a volume on Railway are recent and large enough', async () => {
  const list = [{ id: 'b', createdAt: hoursAgo(3), usedMB: 1, referencedMB: 200 }];
  const { url } = await serveJson({ '/graphql/v2': { data: { volumeInstanceBackupList: list } } });
  const variables = { RAILWAY_API_URL: `${url}/graphql/v2`, RAILWAY_TOKEN: 'not-a-real-railway-token' };
  const ask = (more: string) => run(`backups: { data: { railway: vol-1${more} } }`, { clock, variables });
  expect((await ask(', larger-than: 1000000')).verdict).toBe('passed');
  expect(codes(await ask(', larger-than: 1000000000'))).toEqual(['error data/small-backup']);
  expect(codes(await ask(', younger-than: 1h'))).toEqual(['error data/old-backup']);
});

test('[G1] backups on Upstash are complete and recent; several databases are asked at once', async () => {
  const { url, asked } = await serveJson({
    '/redis/list-backup/good': [{ creation_time: unix(2), state: 'completed', backup_size: 10 }],
    '/redis/list-backup/bad': [{ creation_time: unix(1), state: 'failed', backup_size: 10 }],
  });
  const variables = {
    UPSTASH_API_URL: url,
    UPSTASH_EMAIL: 'ada@example.com',
    UPSTASH_API_KEY: 'not-a-real-upstash-key',
  };
  const report = await run('backups: { one: { upstash: good }, two: { upstash: bad } }', { clock, variables });
  expect(report.checks.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['backups.one', 'passed'],
    ['backups.two', 'failed'],
  ]);
  expect(asked[0]).toMatch(/^Basic /);
});

describe('[V3] a page of Statuspage', () => {
  const part = (name: string, status = 'operational') => ({ id: name, name, status });
  const summary = (more = {}) => ({
    status: { indicator: 'none', description: 'All Systems Operational' },
    components: [part('API'), part('Dashboard')],
    incidents: [],
    scheduled_maintenances: [],
    ...more,
  });
  const ask = async (body: unknown, components = '[API]') => {
    const { url } = await serveJson({ '/api/v2/summary.json': body });
    return run(`status: { stripe: { statuspage: "${url}", components: ${components} } }`, { clock });
  };

  test('that is well passes, whatever is not used', async () => {
    const minor = { status: { indicator: 'minor', description: 'Partial outage' } };
    const other = { ...minor, components: [part('API'), part('Dashboard', 'major_outage')] };
    expect((await ask(summary())).verdict).toBe('passed');
    expect((await ask(summary(other))).verdict).toBe('passed');
    expect((await ask({ status: { indicator: 'operational' } }, '[]')).verdict).toBe('passed');
  });

  test.each([
    [
      'a part that is used is down',
      { components: [part('API', 'partial_outage')], incidents: [{ name: 'Slow calls', components: [part('API')] }] },
      '[API]',
      'stripe: API is partial outage ("Slow calls").',
    ],
    [
      'all of it is, where no part is named',
      { status: { indicator: 'major', description: 'Major outage' } },
      '[]',
      'stripe says: Major outage.',
    ],
  ])('fails when %s', async (_, more, components, words) => {
    const report = await ask(summary(more), components);
    expect(codes(report)).toEqual(['error provider/not-operational']);
    expect(seen(report)).toBe(words);
  });

  test('with an open major incident on a part that is still operational warns of it', async () => {
    const incident = { name: 'Errors', impact: 'major', status: 'identified', components: [part('API')] };
    const report = await ask(summary({ incidents: [incident] }));
    expect([report.verdict, codes(report)]).toEqual(['passed', ['warning provider/not-operational']]);
    expect(seen(report)).toContain('"Errors" is an open major incident');
    for (const other of [{ impact: 'minor' }, { status: 'resolved' }, { components: [part('Dashboard')] }])
      expect(codes(await ask(summary({ incidents: [{ ...incident, ...other }] })))).toEqual([]);
  });

  test('tells parts of one name apart by their group', async () => {
    const inGroup = (id: string, group_id: string | null, name: string, status = 'operational') => ({
      id,
      group_id,
      name,
      status,
    });
    const components = [
      inGroup('eu', null, 'Europe'),
      inGroup('us', null, 'America'),
      inGroup('1', 'eu', 'API'),
      inGroup('2', 'us', 'API', 'major_outage'),
    ];
    expect(codes(await ask(summary({ components }), '["Europe / API"]'))).toEqual([]);
    expect(seen(await ask(summary({ components }), '["America / API"]'))).toBe(
      'stripe: America / API is major outage.',
    );
    expect(seen(await ask(summary({ components }), '[API]'))).toBe('stripe: America / API is major outage.');
  });

  test('with maintenance that overlaps warns of it', async () => {
    const planned = (from: number, to: number) => ({
      name: 'Upgrade',
      status: 'scheduled',
      scheduled_for: hoursAgo(-from),
      scheduled_until: hoursAgo(-to),
      components: [part('API')],
    });
    const report = await ask(summary({ scheduled_maintenances: [planned(1, 3)] }));
    expect([report.verdict, codes(report)]).toEqual(['passed', ['warning provider/maintenance']]);
    expect(codes(await ask(summary({ scheduled_maintenances: [planned(30, 31)] })))).toEqual([]);
  });

  test('without the named part says which it has', async () => {
    const report = await ask(summary(), '[APIs]');
    expect([report.verdict, codes(report)]).toEqual(['error', ['error provider/unknown-component']]);
    const down = await ask(summary({ components: [part('API', 'major_outage')] }), '[API, APIs]');
    expect(down.verdict).toBe('failed'); // what is known to be down decides
    expect(report.checks[0]?.findings[0]?.help).toBe('Did you mean "API"?');
  });

  test.each<[string, unknown]>([
    ['is down', [503, {}]],
    ['is something else', { hello: 1 }],
  ])('that %s leaves it undecided', async (_, body) => {
    const report = await ask(body);
    expect([report.verdict, codes(report)]).toEqual(['inconclusive', ['warning provider/status-unavailable']]);
  });
});

test("[V3] Railway's own feed is read, groups and all", async () => {
  const feed = (status: string) => ({
    components: [{ name: 'Platform', type: 'group', components: [{ name: 'Deployments', status }] }],
    incidents: [{ id: '1', title: 'Builds are slow', status: 'INVESTIGATING', resolvedAt: null }],
    maintenances: [],
  });
  const ask = async (status: string) => {
    const { url } = await serveJson({ '/status': feed(status) });
    return run(`status: { railway: { railway: "${url}/status", components: [Deployments] } }`, { clock });
  };
  expect((await ask('OPERATIONAL')).verdict).toBe('passed');
  expect(seen(await ask('PARTIAL_OUTAGE'))).toBe('railway: Deployments is partial outage ("Builds are slow").');
});

test('other pages are read by path', async () => {
  const { url } = await serveJson({ '/health': { state: 'degraded' } });
  const ask = (values: string) => run(`status: { mail: { json: "${url}/health", values: { $.state: ${values} } } }`);
  expect((await ask('{ one-of: [ok, degraded] }')).verdict).toBe('passed');
  expect(seen(await ask('ok'))).toBe('mail: $.state is "degraded", expected "ok".');
});

test.each([
  ['$20', 'passed'],
  ['1,234.56', 'passed'],
  ['20.00 EUR', 'passed'],
  ['€ 1.234,56', 'passed'],
  ['-5', 'failed'],
  ['$1', 'failed'],
  ['1,234', 'inconclusive'],
  [null, 'inconclusive'],
  ['plenty', 'inconclusive'],
])('[T11] a balance written as %j is %s', async (left, verdict) => {
  const { url } = await serveJson({ '/balance': { left } });
  const report = await run(`limits: { a: { get: "${url}/balance", value: $.left, must: { at-least: 10 } } }`);
  expect(report.verdict).toBe(verdict);
});

test('[T11] a number of a provider is held against its floor and ceiling', async () => {
  const { url, asked } = await serveJson({ '/balance': { available: 12.5 } });
  const ask = (must: string) =>
    run(`limits: { openai: { get: "${url}/balance", bearer: "\${PROVIDER_KEY}", value: $.available, ${must} } }`, {
      variables: { PROVIDER_KEY: 'not-a-real-provider-key' },
    });
  expect((await ask('must: { at-least: 10 }')).verdict).toBe('passed');
  expect(asked[0]).toBe('Bearer not-a-real-provider-key GET /balance');
  const report = await ask('must: { at-least: 20 }');
  expect(codes(report)).toEqual(['error provider/limit-reached']);
  expect(seen(report)).toBe('openai: $.available is 12.5, expected at least 20.');
  const elsewhere = await run(`limits: { openai: { get: "${url}/balance", value: $.left, must: { at-least: 1 } } }`);
  expect([elsewhere.verdict, codes(elsewhere)]).toEqual(['inconclusive', ['warning provider/limit-unreadable']]);
  expect(seen(elsewhere)).toBe('openai: the answer has no $.left.');
  const near = await ask('must: { at-least: 10 }, warn: { at-least: 20 }');
  expect([near.verdict, codes(near)]).toEqual(['passed', ['warning provider/limit-reached']]);
});

describe('[G14] the auth settings of Supabase', () => {
  const good = {
    smtp_host: 'smtp.example.com',
    mailer_autoconfirm: false,
    mfa_totp_enroll_enabled: true,
    mfa_totp_verify_enabled: true,
  };
  const ask = async (body: unknown) => {
    const { url } = await serveJson({ '/v1/projects/ref/config/auth': body });
    const variables = { SUPABASE_API_URL: url, SUPABASE_ACCESS_TOKEN: 'not-a-real-supabase-token' };
    return run('auth: { main: { supabase: ref, smtp: true, confirm-email: true, mfa: true } }', { variables });
  };

  test('are as wanted', async () => {
    expect((await ask(good)).verdict).toBe('passed');
  });

  test.each([
    ['no SMTP server', { smtp_host: null }, 'has no SMTP server of its own'],
    ['no confirmation', { mailer_autoconfirm: true }, 'without confirming their e-mail'],
    ['no second factor', { mfa_totp_enroll_enabled: false }, 'offers no second factor'],
  ])('are not: %s', async (_, change, words) => {
    const report = await ask({ ...good, ...change });
    expect(codes(report)).toEqual(['error identity/wrong-auth-setting']);
    expect(seen(report)).toContain(words);
  });
});
