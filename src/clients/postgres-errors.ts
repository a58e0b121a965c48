import { formatError, GateError } from '../core/errors.ts';
import { type FindingKind, found, type Place } from '../core/finding.ts';
import {
  badCertificate,
  connectionLost,
  connectionRefused,
  NetworkError,
  selfSignedCertificate,
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
  meaning: 'The connection string is not a valid PostgreSQL URL, so the gate did not try to connect.',
  cause:
    'A character of the password that is not percent-encoded, a missing `postgresql://`, or quotes that were copied along.',
  help: 'Write it as postgresql://user:password@host:5432/database and percent-encode special characters of the password (`#` is %23, `/` is %2F, `?` is %3F).',
};

export const unsupportedParameter: FindingKind = {
  ...data,
  code: 'database/unsupported-parameter',
  meaning: 'The connection string has a parameter that the gate cannot honour, so it did not try to connect.',
  cause:
    'A parameter of libpq that changes how a client authenticates or whom it trusts, and that the gate does not have.',
  help: 'Use a connection string without the parameter for the gate, or run this check with `psql` in a step of its own.',
};

export const ignoredParameter: FindingKind = {
  ...data,
  severity: 'notice',
  code: 'database/ignored-parameter',
  meaning:
    'The connection string has a parameter that has no effect on the gate, although it may have one on the application.',
  cause: 'A misspelt parameter, or one of a client that the gate does not know.',
  help: 'Check its spelling. If the application needs it, ignore this.',
};

export const wrongPassword: FindingKind = {
  ...data,
  code: 'database/wrong-password',
  meaning: 'The database rejects the user or the password, so the gate could not query it.',
  cause: 'A password that was rotated, a secret of another environment, or a user that does not exist.',
  help: 'Set the secret to the current connection string of this environment.',
};

export const notAdmitted: FindingKind = {
  ...data,
  code: 'database/not-admitted',
  meaning: 'The server does not admit this client or this role, whatever the password.',
  cause: 'A server that requires TLS, an allow list without the address of the runner, or a role that may not log in.',
  help: 'Compare the connection string and the address of the runner with the access rules of the database.',
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
  meaning: 'The user of the connection string lacks a right that the gate needs.',
  cause: 'The connection string of the application, which has fewer rights than the one for migrations.',
  help: 'Use the connection string of the role that owns the tables, or grant the missing right to this role.',
};

export const refused: FindingKind = {
  ...data,
  code: 'database/refused',
  meaning: 'The database server cannot serve the gate at the moment. This says nothing about the release.',
  cause: 'Too many connections, a server that is starting or shutting down, a full disk, or a paused project.',
  help: "Check the state of the database at its provider and the server's message, then run the gate again.",
};

export const starting: FindingKind = {
  ...data,
  code: 'database/starting',
  meaning: 'The database server is starting or shutting down. This says nothing about the release.',
  cause: 'A database that was asleep or was restarted, or a restart that takes longer than `connect_timeout`.',
  help: 'Set `connect_timeout=30` in the connection string for a database that sleeps, then run the gate again.',
};

export const lostSession: FindingKind = {
  ...data,
  code: 'database/lost-session',
  meaning:
    'The session that holds the migration lock is no longer the one that runs the statements, so the gate stopped.',
  cause: 'A pooler in transaction mode, or a proxy that moved the connection to another session.',
  help: "Use the direct connection string, or that of a pooler in session mode. A pooled session may still hold the lock: `SELECT pid FROM pg_locks WHERE locktype = 'advisory'` finds it, and `SELECT pg_terminate_backend(<pid>)` ends it.",
};

export const unsupportedVersion: FindingKind = {
  ...data,
  code: 'database/unsupported-version',
  meaning: 'The server is older than PostgreSQL 12, the oldest version that the gate supports. Nothing was changed.',
  cause: 'A server that was not upgraded for years, or another database that speaks the protocol of PostgreSQL.',
  help: 'Upgrade the server. Versions before 14 no longer get security fixes.',
};

/** An error of the server (docs: PostgreSQL, Error and Notice Message Fields). */
export interface SqlError extends Error {
  /** SQLSTATE. */
  code: string;
  severity: string;
  hint?: string;
  /** The position in the query, in characters from 1. */
  position?: string;
}

/** Whether the database server raised the error, not the network or the gate. */
export function isSqlError(error: unknown): error is SqlError {
  return (
    error instanceof Error && 'severity' in error && 'code' in error && /^[0-9A-Z]{5}$/.test(String(error.code ?? ''))
  );
}

const kindsByState: Record<string, FindingKind> = {
  '28P01': wrongPassword,
  '3D000': unknownDatabase,
  '42501': permissionDenied,
  '57P03': starting,
};

export interface About {
  /** The database, without credentials: `host:port/database`. */
  name: string;
  place?: Place | undefined;
}

/** A GateError for an error of the database server or of the network; any other error as it is. */
export function explainPostgresError(error: unknown, { name, place }: About): unknown {
  const where = { boundary: 'data', ...(place && { place }) } as const;
  if (isSqlError(error)) {
    const message = `The database ${name} answered with SQLSTATE ${error.code}: ${error.message}.`;
    const { kind, help = kind.help } = explainState(error);
    return new GateError([found(kind, { message, help, ...where })]);
  }
  const network = toNetworkError(error, `The database ${name}`);
  if (!network) return error;
  const help = chooseHelp(network.kind, name);
  return new GateError([{ ...network.finding(where), ...(help && { help }) }]);
}

function explainState({ code, message }: SqlError): { kind: FindingKind; help?: string } {
  const [, help] = admissions.find(([pattern]) => code === '28000' && pattern.test(message)) ?? [];
  if (help) return { kind: notAdmitted, help };
  const advice = adviseOnPostgres(code, message);
  const kind = advice?.isFinal || code === '28000' ? wrongPassword : (kindsByState[code] ?? refused);
  return { kind, ...(advice && { help: advice.help }) };
}

/** invalid_authorization_specification, by its message (PostgreSQL: src/backend/libpq/auth.c, utils/init/miscinit.c). */
const admissions: [message: RegExp, help: string][] = [
  [
    /no encryption|SSL off/,
    'Add `sslmode=require` to the connection string: the server only admits encrypted connections.',
  ],
  [
    /no pg_hba\.conf entry|pg_hba\.conf rejects/,
    'Allow the address of the runner at the provider of the database, or use a self-hosted runner with a fixed address.',
  ],
  [/not permitted to log in/, 'Use a role that may log in, or run `ALTER ROLE <role> LOGIN`.'],
  [
    /(PAM|LDAP|RADIUS|GSSAPI) authentication failed/,
    'Get a fresh password or token from the service that checks it: the server asks another service (Amazon RDS with IAM: a token is valid for 15 minutes, and the role needs `rds_iam`).',
  ],
  [
    /(certificate authentication failed|requires a valid client certificate)/i,
    'Add `sslcert` and `sslkey` with the certificate of this role to the connection string.',
  ],
];

/** Where providers publish the authority of their servers. The last one is for all others. */
const authorities: [host: RegExp, where: string][] = [
  [/\.supabase\.(?:co|com)$/, 'Supabase: Database Settings, SSL Configuration'],
  [/\.rds\.amazonaws\.com$/, 'Amazon RDS: truststore.pki.rds.amazonaws.com/global/global-bundle.pem'],
  [/\.postgres\.database\.azure\.com$/, 'Azure: DigiCert Global Root G2 and Microsoft RSA Root CA 2017'],
  [
    /./,
    'Supabase: Database Settings, SSL Configuration; Amazon RDS: its global-bundle.pem; Cloud SQL: `gcloud sql ssl server-ca-certs list`',
  ],
];

/** Help for a database that cannot be reached, where it differs from the help for a service. */
function chooseHelp(kind: FindingKind, name: string): string | undefined {
  if (kind === unreachable && /^db\.\w+\.supabase\.co:/.test(name)) {
    return 'Use the session pooler of the Supabase project (…pooler.supabase.com, port 5432): its direct host only has an IPv6 address.';
  }
  if (kind === selfSignedCertificate || kind === badCertificate) {
    const host = name.split(':', 1).join('');
    const [, where] = authorities.find(([pattern]) => pattern.test(host)) ?? [];
    return `Commit the certificate of the authority (${where}), and add \`sslrootcert=<its path>\` to the connection string.`;
  }
  if (kind === unknownHost) {
    return 'Check the host in the connection string and its DNS record, then run the gate again.';
  }
  if (kind === connectionRefused || kind === timedOut || kind === connectionLost) {
    return 'Check the host and port of the connection string, that the database is running, and that it accepts connections from this runner. Then run the gate again.';
  }
  return undefined;
}

/** pg reports a lost connection without a code. */
export function toLostConnection(error: unknown, name: string): unknown {
  if (isSqlError(error) || toNetworkError(error, name)) return error;
  if (!(error instanceof Error) || !/terminated|not queryable|was closed/.test(error.message)) return error;
  return new NetworkError(connectionLost, `The database ${name} ended the connection: ${formatError(error)}`);
}
