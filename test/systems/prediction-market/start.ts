import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type RunningProcess, startProcess } from '../../support/process.ts';
import { call } from './client.ts';
import { buildOf, type Release, type ServiceName } from './releases.ts';

export interface RunningService {
  url: string;
  output: RunningProcess['output'];
  exited: RunningProcess['exited'];
  stop: RunningProcess['stop'];
}

/** Settings of a deployment of the API over plain HTTP; its secrets are new each time. */
export function apiSettings(databaseUrl: string, redisUrl: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    JWT_SECRET: randomBytes(32).toString('base64url'),
    JWT_REFRESH_SECRET: randomBytes(32).toString('base64url'),
    CORS_ORIGIN: 'https://app.example.com',
    COOKIE_SECURE: 'false',
  };
}

/** Starts one service of a release on a free port, and waits until it listens (which is not yet: ready). */
export async function startService(
  service: ServiceName,
  release: Release,
  settings: Record<string, string> = {},
): Promise<RunningService> {
  const { command, env } = buildOf(service, release);
  const [program = '', ...args] = command;
  const listening = /listening at (http:\/\/127\.0\.0\.1:\d+)/;
  const running = await startProcess(program, args, {
    env: { PATH: process.env.PATH, PORT: '0', ...settings, ...env },
    readyWhen: listening,
  });
  const url = listening.exec(running.output())?.[1] ?? '';
  return { url, output: running.output, exited: running.exited, stop: running.stop };
}

/** Milliseconds. */
const CONNECT_WITHIN = 10_000;

/** Starts the API and waits until it is connected to its database and to Redis. */
export async function startApi(release: Release, settings: Record<string, string>): Promise<RunningService> {
  const service = await startService('api', release, settings);
  try {
    const deadline = performance.now() + CONNECT_WITHIN;
    while (performance.now() < deadline) {
      const { database, redis } = (await call(service.url, 'GET /ready')).body;
      if (database && redis) return service;
      await setTimeout(20);
    }
    throw new Error(`the API did not connect within ${CONNECT_WITHIN} ms:\n${service.output()}`);
  } catch (error) {
    await service.stop();
    throw error;
  }
}
