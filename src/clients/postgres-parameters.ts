/** What the gate does with a parameter of a connection string. */
export type Treatment = 'honoured' | 'for-others' | 'ignored' | 'refused';

const list = (text: string) => text.trim().split(/\s+/);

/**
 * Every parameter of libpq 18 (docs: PostgreSQL, Parameter Key Words) and those of other clients that connection strings
 * commonly have. `for-others`: for the pool or the protocol of another client, and without a meaning for one session.
 */
const treatments: [Treatment, string[]][] = [
  [
    'honoured',
    list(`host hostaddr port dbname user password options connect_timeout service servicefile target_session_attrs
      channel_binding sslmode sslnegotiation sslrootcert sslcert sslkey sslpassword sslcrl ssl_min_protocol_version
      ssl_max_protocol_version
      ssl uselibpqcompat sslaccept sslidentity schema pgbouncer`),
  ],
  [
    'for-others',
    list(`application_name fallback_application_name keepalives keepalives_idle keepalives_interval keepalives_count
      tcp_user_timeout sslcompression
      connection_limit pool_timeout socket_timeout statement_cache_size single_use_connections max_connection_lifetime
      max_idle_connection_lifetime
      query_timeout statement_timeout lock_timeout idle_in_transaction_session_timeout connectionTimeoutMillis
      idleTimeoutMillis max prepare supa`),
  ],
  [
    'ignored',
    list(`client_encoding sslsni sslcertmode krbsrvname gsslib gssdelegation load_balance_hosts min_protocol_version
      max_protocol_version scram_client_key scram_server_key sslkeylogfile oauth_issuer oauth_client_id
      oauth_client_secret oauth_scope`),
  ],
  ['refused', list('passfile requirepeer require_auth sslcrldir replication')],
];

const known = new Map(treatments.flatMap(([treatment, names]) => names.map(name => [name, treatment] as const)));

/** A parameter that nobody knows is ignored, since the client of the application may know it. */
export function treatParameter(name: string, value: string): Treatment {
  if (name === 'gssencmode') return value === 'require' ? 'refused' : 'for-others';
  if (name === 'client_encoding' && /^(utf-?8|auto)$/i.test(value)) return 'for-others';
  return known.get(name) ?? 'ignored';
}

/** All known parameters with what happens to them, for the documentation. */
export function listTreatments(): [Treatment, string[]][] {
  return treatments;
}

/** libpq's variables for parameters that the string does not have (docs: PostgreSQL, Environment Variables). */
export const variablesOfLibpq: Record<string, string> = {
  PGHOST: 'host',
  PGHOSTADDR: 'hostaddr',
  PGPORT: 'port',
  PGDATABASE: 'dbname',
  PGUSER: 'user',
  PGPASSWORD: 'password',
  PGOPTIONS: 'options',
  PGCONNECT_TIMEOUT: 'connect_timeout',
  PGSERVICE: 'service',
  PGSERVICEFILE: 'servicefile',
  PGTARGETSESSIONATTRS: 'target_session_attrs',
  PGCHANNELBINDING: 'channel_binding',
  PGSSLMODE: 'sslmode',
  PGSSLNEGOTIATION: 'sslnegotiation',
  PGSSLROOTCERT: 'sslrootcert',
  PGSSLCERT: 'sslcert',
  PGSSLKEY: 'sslkey',
  PGSSLCRL: 'sslcrl',
  PGSSLCRLDIR: 'sslcrldir',
  PGSSLMINPROTOCOLVERSION: 'ssl_min_protocol_version',
  PGSSLMAXPROTOCOLVERSION: 'ssl_max_protocol_version',
  PGREQUIREAUTH: 'require_auth',
  PGREQUIREPEER: 'requirepeer',
  PGGSSENCMODE: 'gssencmode',
};
