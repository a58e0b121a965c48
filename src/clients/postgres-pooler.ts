import type { PostgresSession } from './postgres.ts';

/** How often two sessions are compared: a pooler gives each transaction whichever connection is free. */
const rounds = 4;

/**
 * Whether a pooler gives each transaction another session, whatever its port: then two clients meet in one. A pooler
 * tells its clients a process of its own (PgBouncer documentation, `BackendKeyData`), so that without one there is
 * nothing to ask; `connect` opens the second session.
 */
export async function sharesSessions(
  session: PostgresSession,
  connect: () => Promise<PostgresSession>,
): Promise<boolean> {
  if (session.announcedProcess === (await processOf(session))) return false;
  const other = await connect();
  try {
    for (let round = 0; round < rounds; round++) {
      if ((await processOf(session)) === (await processOf(other))) return true;
    }
    return false;
  } finally {
    await other.close();
  }
}

async function processOf(session: PostgresSession): Promise<number> {
  const [row] = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return row?.pid ?? 0;
}
