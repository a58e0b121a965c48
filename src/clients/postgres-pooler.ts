import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { explainError } from '../core/errors.ts';
import type { Pooler } from './pooler-addresses.ts';
import type { PostgresSession } from './postgres.ts';

/** How often sessions are compared: a pooler gives each transaction any free connection. */
const rounds = 12;

/** Milliseconds between two comparisons, in which other clients of the pooler take its connections. */
const turn = 10;

/** How often the first session must answer while a second one waits for a place. */
const answersWhileWaiting = 10;

/** Opens another session with the same connection string. Rejects when the signal aborts. */
export type OpenSession = (signal: AbortSignal) => Promise<PostgresSession>;

/**
 * Detects the pooler behind an open session, whatever its port. A pooler announces a process of its own (PgBouncer
 * documentation, `BackendKeyData`). In transaction mode, the process of one client changes between its transactions, or
 * two clients share one. Opens a second session only behind a pooler, and waits `patience` milliseconds for it; a lost
 * packet takes three seconds.
 */
export async function detectPooler(session: PostgresSession, open: OpenSession, patience = 5000): Promise<Pooler> {
  if (session.announcedProcess === (await readProcess(session))) return 'none';
  if (!(await keepsProcess(session))) return 'transaction';
  const other = await openBeside(session, open, patience / answersWhileWaiting);
  try {
    if (other && (await sharesProcess(session, other))) return 'transaction';
    return (await keepsSetting(session)) ? 'session' : 'transaction';
  } finally {
    await other?.close();
  }
}

async function keepsProcess(session: PostgresSession): Promise<boolean> {
  const first = await readProcess(session);
  for (let round = 1; round < rounds; round++) {
    await setTimeout(turn);
    if ((await readProcess(session)) !== first) return false;
  }
  return true;
}

/** Whether two sessions use the same process, or the first one changes its process. */
async function sharesProcess(one: PostgresSession, other: PostgresSession): Promise<boolean> {
  const own = await readProcess(one);
  for (let round = 0; round < rounds; round++) {
    if ((await readProcess(other)) === own) return true;
    await setTimeout(turn);
    if ((await readProcess(one)) !== own) return true;
  }
  return false;
}

/**
 * A second session; undefined where the pooler keeps the only free place for the first one. In transaction mode, the
 * first session leaves its place after each statement to whoever waits longest, so it could not be answered repeatedly
 * while the second one waits.
 */
async function openBeside(
  session: PostgresSession,
  open: OpenSession,
  pause: number,
): Promise<PostgresSession | undefined> {
  const end = new AbortController();
  const opening = open(end.signal).catch((error: unknown) => {
    if (end.signal.aborted || isFullSessionMode(error)) return undefined;
    throw error;
  });
  try {
    for (let answer = 0; answer < answersWhileWaiting; answer++) {
      const opened = await Promise.race([
        opening.then(other => ({ other })),
        setTimeout(pause, undefined, { ref: false }),
      ]);
      if (opened) return opened.other;
      await readProcess(session);
    }
  } catch (error) {
    await abandon(opening, end);
    throw error;
  }
  await abandon(opening, end);
  return undefined;
}

async function abandon(opening: Promise<PostgresSession | undefined>, end: AbortController): Promise<void> {
  end.abort();
  const late = await opening.catch(() => undefined);
  await late?.close();
}

/** Supavisor, lib/supavisor/client_handler: it names the mode when all places are taken. */
function isFullSessionMode(error: unknown): boolean {
  return explainError(error).includes('MaxClientsInSessionMode');
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
    await setTimeout(turn);
  }
  await session.query('RESET release_gates.session');
  return true;
}

async function readProcess(session: PostgresSession): Promise<number> {
  const [row] = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return row?.pid ?? 0;
}
