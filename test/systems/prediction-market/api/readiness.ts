import type { Redis } from 'ioredis';
import type { Database } from './database.ts';
import { RELEASES, type ReleaseName } from './requirements.ts';

export interface Readiness {
  ready: boolean;
  database: boolean;
  redis: boolean;
  /** Why it is not ready. */
  reason?: string;
}

export type CheckReadiness = () => Promise<Readiness>;

/** Ready means: the database answers and has what the code needs, and both connections to Redis are up. */
export function createReadiness(parts: {
  database: Database;
  redis: Redis;
  subscriber: Redis;
  release: ReleaseName;
}): CheckReadiness {
  return async () => {
    const [database, redis] = await Promise.all([
      checkSchema(parts.database, parts.release),
      checkRedis(parts.redis, parts.subscriber),
    ]);
    const reason = [database.reason, redis.reason].filter(Boolean).join('; ');
    const ready = reason === '';
    return { ready, database: database.up, redis: redis.up, ...(!ready && { reason }) };
  };
}

interface State {
  up: boolean;
  reason?: string;
}

async function checkSchema(database: Database, release: ReleaseName): Promise<State> {
  const needed: readonly string[] = RELEASES[release].columns;
  try {
    const { rows } = await database.query<{ name: string }>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema = current_schema() AND table_name || '.' || column_name = ANY ($1)`,
      [needed],
    );
    const missing = needed.filter(name => !rows.some(row => row.name === name));
    if (missing.length === 0) return { up: true };
    return { up: true, reason: `the schema is not migrated: ${missing.join(', ')} is missing` };
  } catch (error) {
    return { up: false, reason: `the database does not answer: ${messageOf(error)}` };
  }
}

async function checkRedis(redis: Redis, subscriber: Redis): Promise<State> {
  try {
    await redis.ping();
    if (subscriber.status === 'ready') return { up: true };
    return { up: false, reason: 'the subscription to market events is not up' };
  } catch (error) {
    return { up: false, reason: `Redis does not answer: ${messageOf(error)}` };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
