import { GateError } from '../core/errors.ts';
import { found, type Place } from '../core/finding.ts';
import { invalidUrl } from './postgres-errors.ts';

export interface PostgresAddress {
  /** `host:port/database`: all of it that a message may show. */
  name: string;
  /** What is left for pg: without the parameters that are Prisma's, a pooler's, or read here. */
  url: string;
  parameters: URLSearchParams;
  /** Prisma's `schema`: where its tables and its ledger are (docs: Prisma, PostgreSQL connector, connection URL). */
  schema: string | undefined;
  /** Why this leads to a pooler that gives each transaction another session; undefined if nothing says so. */
  transactionPooler: string | undefined;
}

/** Parameters that pg would take for its own, or that would override what the gate sets. */
const ownParameters = ['ssl', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslaccept', 'uselibpqcompat'];
const overriding = ['application_name', 'connect_timeout', 'schema', 'pgbouncer'];

/** Takes a connection string apart. Throws a GateError, without any part of the text, when it is none. */
export function parsePostgresUrl(text: string, variable: string, place?: Place): PostgresAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const database = url && nameIn(url.pathname);
  if (!url || database === undefined || !/^postgres(ql)?:$/.test(url.protocol) || endsEarly(url)) {
    const message = `The value of ${variable} is no connection string of PostgreSQL.`;
    throw new GateError([found(invalidUrl, { message, ...(place && { place }) })]);
  }
  const parameters = new URLSearchParams(url.searchParams);
  const host = parameters.get('host') ?? url.hostname;
  const port = parameters.get('port') || url.port || '5432';
  const name = `${host}:${port}${database}`;
  const transactionPooler = poolerOf(host, port, parameters);
  for (const key of [...ownParameters, ...overriding]) url.searchParams.delete(key);
  return { name, url: url.href, parameters, schema: parameters.get('schema') || undefined, transactionPooler };
}

function nameIn(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined; // not percent-encoded as it should be
  }
}

/** A `#`, `/` or `?` in the password ends it: what stands before is read as host and port, and would be shown. */
function endsEarly({ hash, pathname, search, username }: URL): boolean {
  return hash !== '' || (username === '' && (pathname.includes('@') || /^\?[^=]*@/.test(search)));
}

/**
 * Supavisor and PgBouncer give each transaction another session on port 6543 (docs: Supabase, Connect to your
 * database); Neon does so on each host that ends in -pooler (docs: Neon, Connection pooling); Prisma is told by
 * `pgbouncer=true`.
 */
function poolerOf(host: string, port: string, parameters: URLSearchParams): string | undefined {
  if (parameters.get('pgbouncer') === 'true') return '`pgbouncer=true` is in it';
  if (port === '6543') return 'port 6543 is the one of a pooler in transaction mode';
  if (/^[^.]+-pooler\./.test(host)) return 'its host ends in -pooler';
  return undefined;
}
