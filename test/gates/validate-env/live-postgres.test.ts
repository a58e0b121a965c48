import dns from 'node:dns';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { listFindings } from '../../../src/core/report.ts';
import { allStarted, stopAll } from '../../support/clean-up.ts';
import { listen, stopServer } from '../../support/listen.ts';
import { type RunningPgBouncer, startPgBouncer } from '../../support/pgbouncer.ts';
import { type RunningPostgres, startPostgres } from '../../support/postgres.ts';
import { validate } from './support.ts';

// T1: every credential is live, not only present. P2: the pooler is what its address says.
let postgres: RunningPostgres;
let direct: string;
let transaction: RunningPgBouncer;
let session: RunningPgBouncer;

beforeAll(async () => {
  postgres = await startPostgres();
  direct = await postgres.createDatabase('app');
  const client = new Client({ connectionString: direct });
  await client.connect();
  try {
    await client.query(
      "CREATE ROLE reader LOGIN PASSWORD 'fake-reader-5b1e'; ALTER ROLE reader SET default_transaction_read_only = on",
    );
  } finally {
    await client.end();
  }
  [transaction, session] = await allStarted(
    startPgBouncer({ upstream: direct, mode: 'transaction' }),
    startPgBouncer({ upstream: direct, mode: 'session' }),
  );
});

afterAll(async () => {
  await stopAll(transaction, session, postgres);
});

async function tried(declared: string, url: string) {
  const report = await validate(`DIRECT_URL: { type: postgres-url, ${declared} }`, { DIRECT_URL: url });
  const live = report.checks.find(({ name }) => name === 'api.DIRECT_URL: live');
  return { verdict: live?.verdict, detail: live?.detail, codes: live?.findings.map(({ code }) => code), report };
}

const asReader = () => {
  const url = new URL(direct);
  url.username = 'reader';
  url.password = 'fake-reader-5b1e';
  return url.href;
};

const changed = (change: (url: URL) => void, from = direct) => {
  const url = new URL(from);
  change(url);
  return url.href;
};

describe('a database that is as declared', () => {
  test('itself, without a pooler', async () => {
    const { verdict, detail } = await tried(
      'pooler: none, live: { role: postgres, access: read-write, version: 14 }',
      direct,
    );
    expect(verdict).toBe('passed');
    expect(detail).toMatch(/^PostgreSQL 18\.\d+.*, role postgres, read-write, no pooler$/);
  });

  test('behind a pooler in transaction mode', async () => {
    const url = changed(given => given.searchParams.set('pgbouncer', 'true'), transaction.url);
    const { verdict, detail } = await tried('pooler: transaction, live: true', url);
    expect({ verdict, detail }).toMatchObject({
      verdict: 'passed',
      detail: expect.stringContaining('pooler in transaction mode'),
    });
  });

  test('behind a pooler in session mode, on a port that says nothing', async () => {
    const { detail, codes } = await tried('pooler: session, live: true', session.url);
    expect({ detail, codes }).toEqual({ detail: expect.stringContaining('pooler in session mode'), codes: [] });
  });

  test('read only', async () => {
    const { verdict, detail } = await tried('live: { role: reader, access: read-only }', asReader());
    expect({ verdict, detail }).toMatchObject({ verdict: 'passed', detail: expect.stringContaining('read-only') });
  });
});

describe('the address says what the server does not do', () => {
  test('[P2] a direct URL leads through a pooler in transaction mode, which keeps no locks', async () => {
    const { verdict, codes } = await tried('pooler: none, live: true', transaction.url);
    expect({ verdict, codes }).toEqual({ verdict: 'failed', codes: ['env/wrong-pooler', 'env/no-session-locks'] });
  });

  test('a direct URL leads through a pooler in session mode', async () => {
    const { codes, report } = await tried('pooler: none, live: true', session.url);
    expect(codes).toEqual(['env/wrong-pooler']);
    expect(listFindings(report).at(-1)?.message).toBe(
      'api.DIRECT_URL leads to a pooler in session mode, and the contract says no pooler.',
    );
  });

  test('a pooled URL leads to the database itself', async () => {
    const url = changed(given => given.searchParams.set('pgbouncer', 'true'));
    expect((await tried('pooler: transaction, live: true', url)).codes).toEqual(['env/wrong-pooler']);
  });

  test.each([
    ['another role', '{ role: app }', () => direct, 'env/wrong-database-role'],
    ['it cannot write', '{ access: read-write }', asReader, 'env/wrong-database-access'],
    ['it can write', '{ access: read-only }', () => direct, 'env/wrong-database-access'],
    ['an older server', '{ version: 99 }', () => direct, 'env/old-database-server'],
  ])('%s', async (_, live, url, code) => {
    const { verdict, codes } = await tried(`live: ${live}`, url());
    expect({ verdict, codes }).toEqual({ verdict: 'failed', codes: [code] });
  });
});

describe('four ways to fail are four findings', () => {
  test('[T2] a refused credential', async () => {
    const { verdict, codes } = await tried(
      'live: true',
      changed(url => (url.password = 'fake-wrong-77aa')),
    );
    expect({ verdict, codes }).toEqual({ verdict: 'failed', codes: ['database/wrong-password'] });
  });

  test('a wrong database', async () => {
    const { verdict, codes } = await tried(
      'live: true',
      changed(url => (url.pathname = '/nowhere')),
    );
    expect({ verdict, codes }).toEqual({ verdict: 'failed', codes: ['database/unknown-database'] });
  });

  test('an unreachable host, which says nothing of the release', async () => {
    const { verdict, codes } = await tried(
      'live: true',
      changed(url => (url.hostname = 'no-such-host.invalid')),
    );
    expect({ verdict, codes }).toEqual({ verdict: 'error', codes: ['network/unknown-host'] });
  });

  test('nobody who listens', async () => {
    const { verdict, codes } = await tried(
      'live: true',
      changed(url => (url.port = '1')),
    );
    expect({ verdict, codes }).toEqual({ verdict: 'failed', codes: ['network/connection-refused'] });
  });

  test('name servers that do not answer say nothing of the release', async () => {
    const { lookup } = dns;
    const failure = Object.assign(new Error('getaddrinfo EAI_AGAIN db.example.com'), { code: 'EAI_AGAIN' });
    Object.assign(dns, { lookup: (...given: unknown[]) => (given.at(-1) as (error: Error) => void)(failure) });
    try {
      const { verdict, codes } = await tried(
        'live: true',
        changed(url => (url.hostname = 'db.example.com')),
      );
      expect({ verdict, codes }).toEqual({ verdict: 'error', codes: ['network/dns-failed'] });
    } finally {
      Object.assign(dns, { lookup });
    }
  });

  describe('a time-out', () => {
    let silent: Server;
    let address: string;

    beforeAll(async () => {
      silent = createServer(() => {});
      address = await listen(silent, 'postgresql');
    });

    afterAll(() => stopServer(silent));

    test('of a server that takes the connection and says nothing', async () => {
      const { verdict, codes, report } = await tried(
        'live: { within: 300ms }',
        changed(url => (url.host = new URL(address).host)),
      );
      expect({ verdict, codes }).toEqual({ verdict: 'failed', codes: ['network/timed-out'] });
      expect(listFindings(report)[0]?.message).toContain('gave no answer within 300 ms');
    });
  });
});
