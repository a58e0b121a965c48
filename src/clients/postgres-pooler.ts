import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { PostgresSession } from './postgres.ts';

/** How often two sessions are compared: a pooler gives each transaction any free connection. */
const rounds = 12;

/** Milliseconds between two comparisons, in which other clients of the pooler take its connections. */
const pause = 10;

/**
 * What is between a client and the database: a pooler that shares sessions between transactions, or between clients.
 */
export type Pooler = 'transaction' | 'session' | 'none';

/**
 * Detects the pooler behind two open sessions, whatever its port. A pooler announces a process of its own (PgBouncer
 * documentation, `BackendKeyData`). In transaction mode, either the process of one client changes between its
 * transactions, or two clients share one.
 */
export async function detectPooler(one: PostgresSession, other: PostgresSession): Promise<Pooler> {
  if (await isDirect(one)) return 'none';
  const own = new Set<number>();
  for (let round = 0; round < rounds; round++) {
    if (round > 0) await setTimeout(pause);
    own.add(await readProcess(one));
    if (own.size > 1 || own.has(await readProcess(other))) return 'transaction';
  }
  return (await keepsSetting(one)) ? 'session' : 'transaction';
}

/**
 * Whether a pooler gives each transaction another session. `connect` opens a second session if the first cannot tell.
 */
export async function sharesSessions(
  session: PostgresSession,
  connect: () => Promise<PostgresSession>,
): Promise<boolean> {
  if (await isDirect(session)) return false;
  const other = await connect();
  try {
    return (await detectPooler(session, other)) === 'transaction';
  } finally {
    await other.close();
  }
}

async function isDirect(session: PostgresSession): Promise<boolean> {
  return session.announcedProcess === (await readProcess(session));
}

/** Processes of two servers may have the same number, but only the same session keeps a setting. */
async function keepsSetting(session: PostgresSession): Promise<boolean> {
  const token = randomUUID();
  await session.query(`SET release_gates.session = '${token}'`);
  for (let round = 0; round < rounds; round++) {
    const [row] = await session.query<{ token: string | null }>(
      "SELECT current_setting('release_gates.session', true) AS token",
    );
    if (row?.token !== token) return false;
    await setTimeout(pause);
  }
  await session.query('RESET release_gates.session');
  return true;
}

async function readProcess(session: PostgresSession): Promise<number> {
  const [row] = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return row?.pid ?? 0;
}
