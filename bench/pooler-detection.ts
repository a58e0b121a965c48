import { Client } from 'pg';
import type { Pooler } from '../src/clients/pooler-addresses.ts';
import { connectPostgres } from '../src/clients/postgres.ts';
import { detectPooler } from '../src/clients/postgres-pooler.ts';
import { parsePostgresUrl } from '../src/clients/postgres-url.ts';
import { startPgBouncer } from '../test/support/pgbouncer.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { quick } from './size.ts';

/**
 * Prints, as Markdown, how often a pooler is recognised for what it is, under several settings of PgBouncer and loads.
 * Fails if a single one is not: a transaction pooler that is missed costs a lock, a session pooler that is refused costs
 * a release.
 */
interface Setting {
  mode: 'transaction' | 'session';
  /** What distinguishes it, for people. */
  name: string;
  settings: Record<string, string | number>;
  /** Server connections that are open and idle before the first trial. */
  idle: number;
  /** Clients that send one transaction after the other. */
  busy: number;
  trials: number;
}

const roundRobin = { server_round_robin: 1 };
const all: Setting[] = [
  { mode: 'transaction', name: 'alone', settings: {}, idle: 0, busy: 0, trials: 20 },
  { mode: 'transaction', name: 'idle connections', settings: {}, idle: 4, busy: 0, trials: 20 },
  { mode: 'transaction', name: 'round robin, idle connections', settings: roundRobin, idle: 4, busy: 0, trials: 50 },
  { mode: 'transaction', name: '20 clients', settings: {}, idle: 0, busy: 20, trials: 30 },
  { mode: 'transaction', name: 'round robin, 20 clients', settings: roundRobin, idle: 4, busy: 20, trials: 40 },
  {
    mode: 'transaction',
    name: 'round robin, 40 connections, 20 clients',
    settings: { ...roundRobin, default_pool_size: 40 },
    idle: 40,
    busy: 20,
    trials: 30,
  },
  { mode: 'transaction', name: 'one connection', settings: { default_pool_size: 1 }, idle: 0, busy: 0, trials: 10 },
  { mode: 'session', name: 'alone', settings: {}, idle: 0, busy: 0, trials: 15 },
  { mode: 'session', name: '8 clients', settings: { default_pool_size: 20 }, idle: 0, busy: 8, trials: 15 },
  {
    mode: 'session',
    name: 'round robin, 16 clients',
    settings: { ...roundRobin, default_pool_size: 20 },
    idle: 0,
    busy: 16,
    trials: 15,
  },
  { mode: 'session', name: 'one free place', settings: { default_pool_size: 1 }, idle: 0, busy: 0, trials: 5 },
];

const postgres = await startPostgres();
let isWrong = false;
try {
  const upstream = await postgres.createDatabase();
  const print = (line: string) => process.stdout.write(`${line}\n`);
  print('| PgBouncer | setting | trials | wrong | milliseconds, longest |');
  print('| --- | --- | ---: | ---: | ---: |');
  for (const setting of quick ? all.filter(({ idle }) => idle === 40) : all) {
    const { answers, longest } = await tryOften(setting, upstream);
    const wrong = answers.filter(answer => answer !== setting.mode).length;
    isWrong ||= wrong > 0;
    print(`| ${setting.mode} | ${setting.name} | ${answers.length} | ${wrong} | ${longest.toFixed(0)} |`);
  }
} finally {
  await postgres.stop();
}
if (isWrong) process.exitCode = 1;

async function tryOften({ mode, settings, idle, busy, trials }: Setting, upstream: string) {
  const pooler = await startPgBouncer({ upstream, mode, settings });
  const clients: Client[] = [];
  const open = async () => {
    const client = new Client({ connectionString: pooler.url });
    clients.push(client);
    await client.connect();
    return client;
  };
  let isBusy = true;
  try {
    const warm = await Promise.all(Array.from({ length: idle }, open));
    await Promise.all(warm.map(client => client.query('SELECT pg_sleep(0.1)')));
    for (let count = 0; count < busy; count++) {
      const client = await open();
      const work = async () => {
        while (isBusy) await client.query('SELECT pg_sleep(random() * 0.003)');
      };
      work().catch(() => {}); // the client is ended with the setting
    }
    const answers: Pooler[] = [];
    let longest = 0;
    for (let trial = 0; trial < (quick ? 1 : trials); trial++) {
      const started = performance.now();
      answers.push(await detect(pooler.url));
      longest = Math.max(longest, performance.now() - started);
    }
    return { answers, longest };
  } finally {
    isBusy = false;
    await Promise.all(clients.map(client => client.end()));
    await pooler.stop();
  }
}

async function detect(url: string): Promise<Pooler> {
  const address = parsePostgresUrl(url, 'DATABASE_URL');
  const open = (signal: AbortSignal) => connectPostgres(address, { signal, folder: '.' });
  const session = await open(new AbortController().signal);
  try {
    return await detectPooler(session, open);
  } finally {
    await session.close();
  }
}
