import { setTimeout } from 'node:timers/promises';
import { GateError } from '../core/errors.ts';
import { startDeadline } from './deadline.ts';
import { connectionLost } from './network-error.ts';
import { connectPostgres, type PostgresOptions, type PostgresSession } from './postgres.ts';
import { starting } from './postgres-errors.ts';
import type { PostgresAddress } from './postgres-url.ts';

/** Milliseconds between two attempts. */
const pause = 250;

/**
 * Opens one session, and waits for a database that sleeps: a connection that is closed at once, and a server that is
 * starting, are tried again within `connect_timeout`. Throws as `connectPostgres` does.
 */
export async function wakePostgres(address: PostgresAddress, options: PostgresOptions): Promise<PostgresSession> {
  const deadline = startDeadline(address.connectTimeout, options.signal);
  try {
    for (;;) {
      try {
        return await connectPostgres(address, options);
      } catch (error) {
        if (deadline.passed || !mayWake(error)) throw error;
        await setTimeout(pause, undefined, { signal: deadline.signal }).catch(() => {
          options.signal.throwIfAborted();
          throw error;
        });
      }
    }
  } finally {
    deadline.clear();
  }
}

function mayWake(error: unknown): boolean {
  return (
    error instanceof GateError &&
    error.findings.every(({ code }) => code === connectionLost.code || code === starting.code)
  );
}
