import { expect, test } from '@jest/globals';
import { listFindings } from '../../../src/core/report.ts';
import { validate } from './support.ts';

const pg = (host: string) => `postgresql://app:fake-1b2c3d@${host}`;

/** One fault of one variable is one finding. */
test.each([
  ['{ type: postgres-url }', 'postgresql://${USER}:${PASSWORD}@db.example.com/app', 'holds a reference'],
  ['{ type: secret }', '${{ secrets.JWT_SECRET }}', 'holds a reference'],
  ['{}', '{{ .Values.secret }}', 'holds a reference'],
  ['{ type: secret }', 'op://vault/item/password', 'holds a reference'],
  ['{ type: number }', 'undefined', 'holds a reference'],
  ['{ type: secret }', 'sk_live_****1a2b', 'is a masked copy'],
  ['{ type: secret, min-length: 10 }', 'Bearer fake4f9b2c7d8e1a', 'begins with the scheme'],
  ['{ type: url }', 'VALUE=https://api.example.com', 'begins with its own name'],
  ['{ type: url }', '“https://api.example.com”', 'has quotes around it'],
  ['{ type: port }', '"8080"', 'has quotes around it'],
  ['{}', '"app"', 'has quotes around it'],
  ['{ type: url }', 'https://api.example.com\u200b', 'an invisible character'],
  ['{ type: url }', 'https://api.example.com\r', 'has a line end in it'],
  ['{ type: postgres-url }', `${pg('db.example.com')}/app\n`, 'has a line end in it'],
  ['{ type: email }', 'mail@example.com ', 'white space'],
  ['{ type: supabase-url }', 'https://your-project-ref.supabase.co', 'is a placeholder'],
  ['{ type: postgres-url }', 'postgresql://app:your-password@db.example.com/app', 'is a placeholder'],
  ['{}', 'changeme', 'is a placeholder'],
  ['{ type: base64, bytes: 32 }', Buffer.alloc(32).toString('base64'), 'holds zero bytes'],
  ['{ type: number }', '0x10', 'is not a number'],
  ['{ type: postgres-url }', `${pg('db.example.com')}/app?sslmode=requried`, 'has an `sslmode`'],
  [
    '{ type: postgres-url }',
    'postgresql://postgres:fake-1b2c@aws-0-eu.pooler.supabase.com:6543/postgres',
    'without the project',
  ],
  ...(
    [
      ['none', 'pgbouncer.abc123.flympg.net/app'],
      ['transaction', 'direct.abc123.flympg.net/app'],
      ['none', 'pooled.db.prisma.io:5432/postgres'],
      ['transaction', 'db.prisma.io:5432/postgres'],
      ['none', 'aws-eu-1.psdb.cloud:6432/app'],
      ['none', 'pgbouncer.railway.internal:5432/app'],
      ['none', 'db-1.b.db.ondigitalocean.com:25061/app'],
      ['transaction', 'db-1.b.db.ondigitalocean.com:25060/app'],
      ['transaction', 'aws-0-eu.pooler.supabase.com:5432/app?pgbouncer=true'],
      ['transaction', 'db.abcdefghijklmnopqrst.supabase.co:5432/app?pgbouncer=true'],
    ] as const
  ).map(([pooler, host]): [string, string, string] => [
    `{ type: postgres-url, pooler: ${pooler} }`,
    pg(host),
    'leads to',
  ]),
])('%s %j is reported once', async (declared, value, message) => {
  const report = await validate(`VALUE: ${declared}`, { VALUE: value });
  const errors = listFindings(report).filter(({ severity }) => severity === 'error');
  expect(errors.map(finding => finding.message)).toEqual([expect.stringContaining(message)]);
});

test.each([
  ['{}', 'Hello {{ name }}, welcome to $APP'],
  ['{}', ' | '],
  ['{ one-of: [undefined, set] }', 'undefined'],
  ['{ equals: "*" }', '*'],
  ['{ type: email }', '"Example, Inc." <mail@example.com>'],
  ['{ type: json }', '"text"'],
  ['{ type: number }', '-1.5e3'],
  ['{ type: cron }', '* * * * *'],
  ['{ type: postgres-url, pooler: none }', `${pg('direct.abc123.flympg.net')}/app`],
  ['{ type: postgres-url, pooler: transaction }', `${pg('pgbouncer.abc123.flympg.net')}/app`],
])('%s %j is healthy', async (declared, value) => {
  expect(listFindings(await validate(`VALUE: ${declared}`, { VALUE: value }))).toEqual([]);
});
