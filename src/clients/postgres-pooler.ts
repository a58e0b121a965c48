import type { PostgresSession } from './postgres.ts';

/** How often two sessions are compared: a pooler gives each transaction whichever connection is free. */
const rounds = 4;

/**
 * What is between a client and the database: a pooler that shares a session between transactions, or between clients.
 */
export type Pooler = 'transaction' | 'session' | 'none';

/**
 * The pooler behind the address of two sessions that are both open, whatever its port. One tells its clients a process
 * of its own (PgBouncer documentation, `BackendKeyData`); one that shares sessions between transactions lets two
 * clients meet in one.
 */
export async function detectPooler(one: PostgresSession, other: PostgresSession): Promise<Pooler> {
  if (await isDirect(one)) return 'none';
  for (let round = 0; round < rounds; round++) {
    if ((await processOf(one)) === (await processOf(other))) return 'transaction';
  }
  return 'session';
}

/**
 * Whether a pooler gives each transaction another session; `connect` opens a second one, where that is needed to tell.
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
  return session.announcedProcess === (await processOf(session));
}

async function processOf(session: PostgresSession): Promise<number> {
  const [row] = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return row?.pid ?? 0;
}
