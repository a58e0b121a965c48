import type { PostgresSession } from './postgres.ts';

/** How often two sessions are compared: a pooler gives each transaction any free connection. */
const rounds = 4;

/**
 * What is between a client and the database: a pooler that shares sessions between transactions, or between clients.
 */
export type Pooler = 'transaction' | 'session' | 'none';

/**
 * Detects the pooler behind two open sessions, whatever its port. A pooler announces a process of its own (PgBouncer
 * documentation, `BackendKeyData`). One in transaction mode gives two clients the same session.
 */
export async function detectPooler(one: PostgresSession, other: PostgresSession): Promise<Pooler> {
  if (await isDirect(one)) return 'none';
  for (let round = 0; round < rounds; round++) {
    if ((await readProcess(one)) === (await readProcess(other))) return 'transaction';
  }
  return 'session';
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

async function readProcess(session: PostgresSession): Promise<number> {
  const [row] = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return row?.pid ?? 0;
}
