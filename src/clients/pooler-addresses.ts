/**
 * What is between a client and the database: a pooler that shares sessions between transactions, or between clients.
 */
export type Pooler = 'transaction' | 'session' | 'none';

/** A provider's pooler, as an address shows it. */
export interface KnownPooler {
  /** The usual mode behind the address. */
  mode: Pooler;
  /** Whether the provider allows no other mode there. Otherwise only the server can tell. */
  isFixed: boolean;
}

interface Provider {
  host: RegExp;
  /** The mode behind a port, as digits; empty for the default port. */
  find(port: string): Pooler;
  /** Whether users can choose the mode of their pooler. Default false. */
  isChosen?: boolean;
}

/** Where providers pool; the first host that matches decides. */
const providers: Provider[] = [
  // supabase.com/docs/guides/database/connecting-to-postgres
  { host: /\.pooler\.supabase\.com$/, find: port => (port === '6543' ? 'transaction' : 'session') },
  { host: /^db\.[a-z]{20}\.supabase\.(?:co|in|red)$/, find: port => (port === '6543' ? 'transaction' : 'none') },
  // neon.com/docs/connect/connection-pooling, and Neon under the name of Vercel
  { host: /^[^.]+-pooler\..*\.(?:neon\.tech|vercel-storage\.com)$/, find: () => 'transaction' },
  { host: /\.neon\.tech$/, find: () => 'none' },
  { host: /^pooled\.db\.prisma\.io$/, find: () => 'transaction' }, // prisma.io/docs/postgres
  { host: /^db\.prisma\.io$/, find: () => 'none' },
  { host: /^pgbouncer\./, find: () => 'transaction', isChosen: true }, // fly.io/docs/mpg, and Railway's template of PgBouncer
  { host: /^direct\.[^.]+\.flympg\.net$/, find: () => 'none' },
  { host: /\.psdb\.cloud$/, find: port => (port === '6432' ? 'transaction' : 'none') }, // planetscale.com/docs/postgres
  // docs.digitalocean.com: Managed PostgreSQL, connection pools
  {
    host: /\.db\.ondigitalocean\.com$/,
    find: port => (port === '25061' ? 'transaction' : 'none'),
    isChosen: true,
  },
];

/** The pooler of a known provider; undefined for other hosts, of which only the server can tell. */
export function findKnownPooler(host: string, port: string): KnownPooler | undefined {
  const provider = providers.find(candidate => candidate.host.test(host));
  return provider && { mode: provider.find(port), isFixed: !provider.isChosen };
}
