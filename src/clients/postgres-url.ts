import { GateError } from '../core/errors.ts';
import { found, type Place } from '../core/finding.ts';
import { findKnownPooler } from './pooler-addresses.ts';
import { invalidUrl } from './postgres-errors.ts';

export interface PostgresAddress {
  /** `host:port/database`: the only part that a message may show. */
  name: string;
  /** The URL for pg, without parameters of Prisma, of a pooler, or that the gate reads itself. */
  url: string;
  parameters: URLSearchParams;
  /** Prisma's `schema`, with its tables and its ledger (docs: Prisma, PostgreSQL connector, connection URL). */
  schema: string | undefined;
  /** How the URL shows that it leads to a pooler in transaction mode; undefined if it does not. */
  transactionPooler: string | undefined;
}

/** Parameters that pg would interpret itself, or that would override settings of the gate. */
const ownParameters = ['ssl', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslaccept', 'uselibpqcompat'];
const overriding = ['application_name', 'connect_timeout', 'schema', 'pgbouncer'];

/** Parses a connection string. Throws a GateError that shows no part of the text if it is not valid. */
export function parsePostgresUrl(text: string, variable: string, place?: Place): PostgresAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const database = url && decodeDatabase(url.pathname);
  if (!url || database === undefined || !/^postgres(ql)?:$/.test(url.protocol) || endsEarly(url)) {
    const message = `The value of ${variable} is not a PostgreSQL connection string.`;
    throw new GateError([found(invalidUrl, { message, ...(place && { place }) })]);
  }
  const parameters = new URLSearchParams(url.searchParams);
  const host = parameters.get('host') ?? url.hostname;
  const port = parameters.get('port') || url.port || '5432';
  const name = `${host}:${port}${database}`;
  const transactionPooler = detectTransactionPooler(host, port, parameters);
  for (const key of [...ownParameters, ...overriding]) url.searchParams.delete(key);
  return { name, url: url.href, parameters, schema: parameters.get('schema') || undefined, transactionPooler };
}

function decodeDatabase(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined; // the path is not percent-encoded correctly
  }
}

/** A `#`, `/` or `?` in the password ends the host: a part of the password would be shown as host and port. */
function endsEarly({ hash, pathname, search, username }: URL): boolean {
  return hash !== '' || (username === '' && (pathname.includes('@') || /^\?[^=]*@/.test(search)));
}

/** `pgbouncer=true` announces transaction mode to Prisma. Elsewhere than at these providers, the server tells. */
function detectTransactionPooler(host: string, port: string, parameters: URLSearchParams): string | undefined {
  if (parameters.get('pgbouncer') === 'true') return 'it contains `pgbouncer=true`';
  const known = findKnownPooler(host, port);
  return known?.isFixed && known.mode === 'transaction' ? 'the provider uses this host and port for it' : undefined;
}
