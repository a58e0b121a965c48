import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { connectPostgres } from '../../src/clients/postgres.ts';
import { parsePostgresUrl } from '../../src/clients/postgres-url.ts';
import type { Variables } from '../../src/core/context.ts';
import { GateError } from '../../src/core/errors.ts';
import { freePort } from '../support/free-port.ts';
import { type RunningPostgres, startPostgres } from '../support/postgres.ts';

const hasPsql = (() => {
  try {
    execFileSync('psql', ['--version']);
    return true;
  } catch {
    return false;
  }
})();

let postgres: RunningPostgres;
let folder: string;
let port: string;
let closed: string;

beforeAll(async () => {
  postgres = await startPostgres({ tls: true });
  port = new URL(postgres.url).port;
  closed = String(await freePort());
  const client = new Client({ connectionString: await postgres.createDatabase('shop') });
  await client.connect();
  await client.query(`CREATE ROLE app LOGIN PASSWORD 'p@ss:w/rd?#%'; CREATE ROLE "odd user" LOGIN PASSWORD 'it''s \\'`);
  await client.end();
  await postgres.createDatabase('my shop');
  await postgres.createDatabase('app');
  folder = await mkdtemp(join(tmpdir(), 'release-gates-conninfo-'));
  await writeFile(
    join(folder, 'services'),
    `# services\n[other]\nhost=nowhere.invalid\n\n[shop]\nhost=127.0.0.1\nport=${port}\nuser=app\npassword=p@ss:w/rd?#%\ndbname=shop\n`,
  );
});
afterAll(async () => {
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Reached {
  user: string;
  database: string;
}

const question = "SELECT format('%s|%s', current_user, current_database()) AS who";

async function reachByGate(text: string, variables: Variables): Promise<Reached | string> {
  try {
    const address = parsePostgresUrl(text, 'DATABASE_URL', undefined, variables);
    const session = await connectPostgres(address, { signal: new AbortController().signal, folder });
    try {
      const [row] = await session.query<{ who: string }>(question);
      return split(row?.who ?? '');
    } finally {
      await session.close();
    }
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    expect(JSON.stringify(error.findings)).not.toMatch(/p@ss|p%40ss/);
    return error.findings[0]?.code ?? '';
  }
}

function reachByPsql(text: string, variables: Variables): Promise<Reached | string> {
  const { PATH } = process.env;
  const args = ['--no-psqlrc', '--no-password', '-Atc', question, text];
  return new Promise(resolve => {
    execFile('psql', args, { env: { PATH, HOME: folder, ...variables } }, (error, stdout) =>
      resolve(error ? 'refused' : split(stdout.trim())),
    );
  });
}

function split(who: string): Reached {
  const [user = '', database = ''] = who.split('|');
  return { user, database };
}

const password = encodeURIComponent('p@ss:w/rd?#%');
const here = () => `127.0.0.1:${port}`;
const shop = { user: 'app', database: 'shop' };

/** A connection string, the variables beside it, and what it reaches: the code of a finding where it reaches nothing. */
type Case = [string, () => string, Reached | string, Variables?];

const cases: Case[] = [
  ['a URI', () => `postgresql://app:${password}@${here()}/shop`, shop],
  ['the short scheme', () => `postgres://app:${password}@${here()}/shop`, shop],
  ['every character encoded', () => `postgres://%61pp:${password}@127.0.0.1:${port}/sh%6Fp`, shop],
  ['no database: that of the user', () => `postgres://app:${password}@${here()}`, { user: 'app', database: 'app' }],
  ['an empty path', () => `postgres://app:${password}@${here()}/`, { user: 'app', database: 'app' }],
  [
    'a space in the database',
    () => `postgres://app:${password}@${here()}/my%20shop`,
    { user: 'app', database: 'my shop' },
  ],
  ['a plus, which is no space', () => `postgres://app:${password}@${here()}/my+shop`, 'database/unknown-database'],
  ['user and password as parameters', () => `postgres://${here()}/shop?user=app&password=${password}`, shop],
  ['the last of two users', () => `postgres://nobody@${here()}/shop?user=app&password=${password}`, shop],
  ['host and port as parameters', () => `postgres://app:${password}@/shop?host=127.0.0.1&port=${port}`, shop],
  ['dbname as a parameter', () => `postgres://app:${password}@${here()}/?dbname=shop`, shop],
  ['a colon in the password', () => `postgres://app:p%40ss:w%2Frd%3F%23%25@${here()}/shop`, shop],
  ['several hosts', () => `postgres://app:${password}@127.0.0.1:${closed},${here()}/shop`, shop],
  ['several hosts with one port', () => `postgres://app:${password}@127.0.0.1,localhost/shop?port=${port}`, shop],
  ['another number of ports', () => `host=127.0.0.1 port=${port},1,2 user=app`, 'database/invalid-url'],
  ['the primary', () => `postgres://app:${password}@${here()}/shop?target_session_attrs=primary`, shop],
  [
    'a standby that is not there',
    () => `postgres://app:${password}@${here()}/shop?target_session_attrs=standby`,
    'network/unreachable',
  ],
  ['rather a standby', () => `postgres://app:${password}@${here()}/shop?target_session_attrs=prefer-standby`, shop],
  [
    'a kind of session that nobody knows',
    () => `postgres://app:${password}@${here()}/shop?target_session_attrs=main`,
    'database/invalid-url',
  ],
  ['the address of a host', () => `postgres://app:${password}@db.invalid:${port}/shop?hostaddr=127.0.0.1`, shop],
  ['pairs', () => `host=127.0.0.1 port=${port} dbname=shop user=app password='p@ss:w/rd?#%'`, shop],
  [
    'pairs with spaces around =',
    () => `host = 127.0.0.1  port= ${port} dbname =shop user=app password=p@ss:w/rd?#%`,
    shop,
  ],
  [
    'pairs with quotes and backslashes',
    () => `host=127.0.0.1 port=${port} dbname='my shop' user='odd user' password='it\\'s \\\\'`,
    { user: 'odd user', database: 'my shop' },
  ],
  [
    'pairs with an escaped space',
    () => `host=127.0.0.1 port=${port} dbname=my\\ shop user=app password=p@ss:w/rd?#%`,
    { user: 'app', database: 'my shop' },
  ],
  ['a quote that does not end', () => `host=127.0.0.1 port=${port} dbname='shop`, 'database/invalid-url'],
  ['a key without a value', () => `host=127.0.0.1 port`, 'database/invalid-url'],
  ['a service', () => 'postgres:///?service=shop', shop, { PGSERVICEFILE: 'services' }],
  [
    'a service in pairs, and another database',
    () => "service=shop dbname='my shop'",
    { user: 'app', database: 'my shop' },
    { PGSERVICEFILE: 'services' },
  ],
  ['a service that is not there', () => 'service=none', 'database/invalid-url', { PGSERVICEFILE: 'services' }],
  [
    'variables for what it lacks',
    () => 'postgres:///shop',
    shop,
    { PGHOST: '127.0.0.1', PGUSER: 'app', PGPASSWORD: 'p@ss:w/rd?#%' },
  ],
  [
    'its own host, not that of PGHOST',
    () => `postgres://app:${password}@${here()}/shop`,
    shop,
    { PGHOST: 'nowhere.invalid' },
  ],
  ['a wrong port', () => 'postgres://app@127.0.0.1:99999/shop', 'database/invalid-url'],
  ['a port that is a word', () => 'postgres://app@127.0.0.1:five/shop', 'database/invalid-url'],
  ['a percent sign alone', () => `postgres://app:%zz@${here()}/shop`, 'database/invalid-url'],
  ['a parameter without =', () => `postgres://app:${password}@${here()}/shop?sslmode`, 'database/invalid-url'],
  ['a parameter with two =', () => `postgres://app:${password}@${here()}/shop?options=a=b`, 'database/invalid-url'],
  ['options', () => `postgres://app:${password}@${here()}/shop?options=-c%20statement_timeout%3D5000`, shop],
  ['ssl=true', () => `postgres://app:${password}@${here()}/shop?ssl=true`, shop],
  ['sslmode=require', () => `postgres://app:${password}@${here()}/shop?sslmode=require`, shop],
  [
    'sslmode=verify-full without a root',
    () => `postgres://app:${password}@${here()}/shop?sslmode=verify-full`,
    'network/certificate-self-signed',
  ],
  ['a misspelt sslmode', () => `postgres://app:${password}@${here()}/shop?sslmode=verify_full`, 'database/invalid-url'],
  [
    'PGSSLMODE',
    () => `postgres://app:${password}@${here()}/shop`,
    'network/certificate-self-signed',
    { PGSSLMODE: 'verify-full' },
  ],
  [
    'a misspelt PGSSLMODE',
    () => `postgres://app:${password}@${here()}/shop`,
    'database/invalid-url',
    { PGSSLMODE: 'verify_full' },
  ],
  [
    'its own sslmode, not PGSSLMODE',
    () => `postgres://app:${password}@${here()}/shop?sslmode=require`,
    shop,
    { PGSSLMODE: 'verify-full' },
  ],
  [
    'PGSSLROOTCERT that is not there',
    () => `postgres://app:${password}@${here()}/shop?sslmode=verify-ca`,
    'database/invalid-url',
    { PGSSLROOTCERT: 'none.crt' },
  ],
  [
    'channel binding that the server offers',
    () => `postgres://app:${password}@${here()}/shop?sslmode=require&channel_binding=require`,
    shop,
  ],
  [
    'channel binding without TLS',
    () => `postgres://app:${password}@${here()}/shop?sslmode=disable&channel_binding=require`,
    'network/tls-failed',
  ],
  [
    'the lowest version of TLS',
    () => `postgres://app:${password}@${here()}/shop?sslmode=require&ssl_min_protocol_version=TLSv1.3`,
    shop,
  ],
  ['connect_timeout', () => `postgres://app:${password}@${here()}/shop?connect_timeout=30`, shop],
  [
    'a connect_timeout that is a word',
    () => `postgres://app:${password}@${here()}/shop?connect_timeout=long`,
    'database/invalid-url',
  ],
];

/** psql takes these, and the gate refuses them: they lead elsewhere by other clients, or cannot be honoured. */
const refusedByGate: Case[] = [
  ['a ? in the password', () => `postgres://app:p%40ss:w%2Frd?%23%25@${here()}/shop`, 'database/invalid-url'],
  [
    'require_auth',
    () => `postgres://app:${password}@${here()}/shop?gssencmode=require`,
    'database/unsupported-parameter',
  ],
];

/** psql refuses these, and the clients of applications take them. */
const ofOtherClients: Case[] = [
  [
    'query_timeout of pg, which is not a limit of the gate',
    () => `postgres://app:${password}@${here()}/shop?query_timeout=1`,
    shop,
  ],
  [
    'parameters of Prisma',
    () => `postgres://app:${password}@${here()}/shop?schema=public&connection_limit=1&pool_timeout=0`,
    shop,
  ],
  ['a parameter that nobody knows', () => `postgres://app:${password}@${here()}/shop?colour=blue`, shop],
];

const beside = (variables: Variables = {}): Variables => ({
  PGPORT: port,
  ...variables,
  ...(variables.PGSERVICEFILE && { PGSERVICEFILE: join(folder, variables.PGSERVICEFILE) }),
});

describe('a connection string reaches', () => {
  test.each([...cases, ...refusedByGate, ...ofOtherClients])('%s', async (...row) => {
    const [, text, expected, variables] = row;
    expect(await reachByGate(text(), beside(variables))).toEqual(expected);
  });
});

const when = hasPsql ? '' : ' (runs where psql is installed)';
describe(`psql reaches the same${when}`, () => {
  (hasPsql ? test : test.skip).each(cases)('%s', async (...row) => {
    const [, text, expected, variables] = row;
    const reached = await reachByPsql(text(), beside(variables));
    expect(reached).toEqual(typeof expected === 'string' ? 'refused' : expected);
  });
});

test('no host is never localhost', () => {
  expect(() => parsePostgresUrl('postgres://app@/shop', 'DATABASE_URL')).toThrow('names no host');
});

test('parameters without an effect are named, and not those of pools', () => {
  const text = 'postgres://app@h/shop?colour=blue&pool_timeout=5&client_encoding=latin1';
  expect(parsePostgresUrl(text, 'DATABASE_URL').ignored).toEqual(['colour', 'client_encoding']);
});
