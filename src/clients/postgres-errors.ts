import { formatError, GateError } from '../core/errors.ts';
import { type FindingKind, found, type Place } from '../core/finding.ts';
import {
  connectionLost,
  connectionRefused,
  NetworkError,
  timedOut,
  toNetworkError,
  unknownHost,
  unreachable,
} from './network-error.ts';
import { adviseOnPostgres } from './postgres-advice.ts';

const data = { severity: 'error', boundary: 'data' } as const;

export const invalidUrl: FindingKind = {
  ...data,
  code: 'database/invalid-url',
  meaning: 'The connection string is not one of PostgreSQL, so no connection was tried.',
  cause:
    'A character of the password that is not percent-encoded, a missing `postgresql://`, or quotes that were copied too.',
  help: 'Write it as postgresql://user:password@host:5432/database and percent-encode special characters of the password (`#` is %23, `/` is %2F, `?` is %3F).',
};

export const wrongPassword: FindingKind = {
  ...data,
  code: 'database/wrong-password',
  meaning: 'The database does not accept the user or the password, so nothing was asked of it.',
  cause: 'A password that was rotated, a secret of another environment, or a user that does not exist.',
  help: 'Set the secret to the connection string of this environment anew.',
};

export const unknownDatabase: FindingKind = {
  ...data,
  code: 'database/unknown-database',
  meaning: 'The server has no database of this name.',
  cause: 'A misspelt name at the end of the connection string, or a database that was never created.',
  help: 'Correct the name after the last `/` of the connection string, or create the database.',
};

export const permissionDenied: FindingKind = {
  ...data,
  code: 'database/permission-denied',
  meaning: 'The user of the connection string may not do what the gate has to do.',
  cause: 'The connection string of the application, which has fewer rights than the one for migrations.',
  help: 'Use the connection string of the role that owns the tables, or grant that role the right that is missing.',
};

export const refused: FindingKind = {
  ...data,
  code: 'database/refused',
  meaning: 'The database server answered that it cannot serve the gate now; this says nothing about the release.',
  cause: 'Too many connections, a server that starts or shuts down, a full disk, or a project that is paused.',
  help: "Look at the state of the database at its provider and at the server's message, then run the gate again.",
};

export const unsupportedVersion: FindingKind = {
  ...data,
  code: 'database/unsupported-version',
  meaning:
    'The server is older than PostgreSQL 12, the oldest that the gate knows how to ask and to lock. Nothing was changed.',
  cause: 'A server that nobody has upgraded for years, or a database that only speaks the protocol of PostgreSQL.',
  help: 'Upgrade the server; versions before 14 get no security fixes any more.',
};

/** What the server says of an error (docs: PostgreSQL, Error and Notice Message Fields). */
export interface SqlError extends Error {
  /** SQLSTATE. */
  code: string;
  severity: string;
  hint?: string;
  /** Where in the query, in characters from 1. */
  position?: string;
}

/** Whether the error came from the database server, and not from the network or from us. */
export function isSqlError(error: unknown): error is SqlError {
  return (
    error instanceof Error && 'severity' in error && 'code' in error && /^[0-9A-Z]{5}$/.test(String(error.code ?? ''))
  );
}

const kindsByState: Record<string, FindingKind> = {
  '28P01': wrongPassword,
  '28000': wrongPassword,
  '3D000': unknownDatabase,
  '42501': permissionDenied,
};

export interface About {
  /** What was asked, without credentials: `host:port/database`. */
  name: string;
  place?: Place | undefined;
}

/** The error in the user's words, when it is one of the database server or of the way to it; else as it is. */
export function explainPostgresError(error: unknown, { name, place }: About): unknown {
  const where = { boundary: 'data', ...(place && { place }) } as const;
  if (isSqlError(error)) {
    const advice = adviseOnPostgres(error.code, error.message);
    const kind = advice?.isFinal ? wrongPassword : (kindsByState[error.code] ?? refused);
    const message = `The database ${name} answered with SQLSTATE ${error.code}: ${error.message}.`;
    return new GateError([found(kind, { message, ...where, ...(advice && { help: advice.help }) })]);
  }
  const network = toNetworkError(error, `The database ${name}`);
  if (!network) return error;
  const help = remedyOf(network.kind, name);
  return new GateError([{ ...network.finding(where), ...(help && { help }) }]);
}

/** What to do about a database that cannot be reached, where that differs from what to do about a service. */
function remedyOf(kind: FindingKind, name: string): string | undefined {
  if (kind === unreachable && /^db\.\w+\.supabase\.co:/.test(name)) {
    return 'The direct host of a Supabase project has an IPv6 address only. Use its session pooler (…pooler.supabase.com, port 5432).';
  }
  if (kind === unknownHost) {
    return 'Check the host in the connection string and its DNS record, then run the gate again.';
  }
  if (kind === connectionRefused || kind === timedOut || kind === connectionLost) {
    return 'Check the host and port of the connection string, whether the database runs, and whether it lets this runner in; then run the gate again.';
  }
  return undefined;
}

/** What pg says without a code once the connection is gone. */
export function toLostConnection(error: unknown, name: string): unknown {
  if (isSqlError(error) || toNetworkError(error, name)) return error;
  if (!(error instanceof Error) || !/terminated|not queryable|was closed/.test(error.message)) return error;
  return new NetworkError(connectionLost, `The database ${name} ended the connection: ${formatError(error)}`);
}
