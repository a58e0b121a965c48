import { RELEASES, type ReleaseName } from './requirements.ts';

/** What the API reads from its environment. */
export interface Settings {
  port: number;
  /** The commit it was built from, as `/version` tells it. */
  commit: string;
  release: ReleaseName;
  databaseUrl: string;
  redisUrl: string;
  accessSecret: string;
  refreshSecret: string;
  /** Origins which may call it from a browser. */
  origins: string[];
  rateLimit: { max: number; windowMs: number };
  cookieSecure: boolean;
  logLevel: string;
}

type Environment = Record<string, string | undefined>;

/** @throws Error naming every variable that is missing or malformed. */
export function readSettings(environment: Environment): Settings {
  const problems: string[] = [];
  const required = (name: string) => {
    const value = environment[name];
    if (!value) problems.push(`${name} is not set`);
    return value ?? '';
  };
  const number = (name: string, fallback: number) => {
    const value = Number(environment[name] ?? fallback);
    if (!Number.isInteger(value) || value < 0) problems.push(`${name} is not a whole number`);
    return value;
  };
  const release = environment.RELEASE ?? 'v1';
  if (!isReleaseName(release)) problems.push(`RELEASE is none of ${Object.keys(RELEASES).join(', ')}`);

  const settings: Settings = {
    port: number('PORT', 8080),
    commit: environment.COMMIT ?? 'unknown',
    release: isReleaseName(release) ? release : 'v1',
    databaseUrl: required('DATABASE_URL'),
    redisUrl: required('REDIS_URL'),
    accessSecret: required('JWT_SECRET'),
    refreshSecret: required('JWT_REFRESH_SECRET'),
    origins: required('CORS_ORIGIN')
      .split(',')
      .map(origin => origin.trim()),
    rateLimit: { max: number('RATE_LIMIT_MAX', 100), windowMs: number('RATE_LIMIT_WINDOW_MS', 60_000) },
    cookieSecure: environment.COOKIE_SECURE !== 'false',
    logLevel: environment.LOG_LEVEL ?? 'info',
  };
  if (problems.length > 0) throw new Error(`the environment is not complete: ${problems.join('; ')}`);
  return settings;
}

function isReleaseName(name: string): name is ReleaseName {
  return Object.hasOwn(RELEASES, name);
}
