import { isIP } from 'node:net';
import type { Client, ClientConfig } from 'pg';
import { formatDuration } from '../core/duration.ts';
import { GateError } from '../core/errors.ts';
import { found, type Place } from '../core/finding.ts';
import { parseJson } from '../core/parse-json.ts';
import { endAfter, type TimeLimit } from './deadline.ts';
import { NetworkError, noTls, timedOut, unreachable } from './network-error.ts';
import { poolFull } from './postgres-advice.ts';
import { lostLockCode, proveLock, tryLock, unlock } from './postgres-advisory-lock.ts';
import {
  explainPostgresError,
  isSqlError,
  lostSession,
  refused,
  type SqlError,
  toLostConnection,
  unsupportedVersion,
  wrongPassword,
} from './postgres-errors.ts';
import { type CertificateFolders, readTlsSettings, type Tls } from './postgres-tls.ts';
import type { PostgresAddress, PostgresHost } from './postgres-url.ts';

/** SQLSTATE of a server that is starting or shutting down. */
const cannotConnectNow = '57P03';

/** The oldest supported server, as `server_version_num`. */
const oldestServer = 120000;

/** Milliseconds for the running statement to stop when the run is cancelled; then the connection is cut. */
const cancelTimeout = 1500;

/** Milliseconds for the server to end the connection; a lost network would never answer. */
const closeTimeout = 1500;

const applicationName = 'release-gates';

/** A pooler may have given the process to another client in the meantime. Its statements must not be cancelled. */
const cancelOwn = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND application_name = '${applicationName}'`;

export interface PostgresOptions extends CertificateFolders {
  /** On abort, the running statement is cancelled on the server, and no further one is sent. */
  signal: AbortSignal;
  /** Where the configuration has this database. */
  place?: Place | undefined;
  /** The role to become after connecting; undefined for the role that connects. */
  role?: string | undefined;
}

/** The error of a script, and how many of its statements were completed before it. */
export class ScriptError extends Error {
  override readonly cause: SqlError;
  readonly completed: number;

  constructor(cause: SqlError, completed: number) {
    super(cause.message);
    this.name = 'ScriptError';
    this.cause = cause;
    this.completed = completed;
  }
}

/**
 * Opens one session, on the first host that answers and is of the kind that `target_session_attrs` names. Throws a
 * GateError that explains the failure, or the signal's reason when aborted.
 */
export async function connectPostgres(address: PostgresAddress, options: PostgresOptions): Promise<PostgresSession> {
  try {
    const tls = await readTlsSettings(address, options);
    return await connectFirst(address, tls, options);
  } catch (error) {
    options.signal.throwIfAborted();
    throw explainPostgresError(error, { name: address.name, place: options.place });
  }
}

/** As libpq does: a server that rejects the credentials ends the search, one that is starting does not. */
async function connectFirst(address: PostgresAddress, tls: Tls, options: PostgresOptions): Promise<PostgresSession> {
  let fallback: PostgresHost | undefined;
  let problem: unknown;
  for (const host of address.hosts) {
    options.signal.throwIfAborted();
    const connect = (signal: AbortSignal) => openWithTls({ address, host, tls }, signal);
    try {
      const session = await PostgresSession.start(await connect(options.signal), connect, address, options);
      if (await isWanted(session, address.targetSession)) return session;
      if (address.targetSession === 'prefer-standby') fallback ??= host;
      problem = new NetworkError(unreachable, `${address.name} has no server that is ${address.targetSession}`);
      await session.close();
    } catch (error) {
      if (error instanceof GateError || (isSqlError(error) && error.code !== cannotConnectNow)) throw error;
      problem = error;
    }
  }
  if (!fallback) throw problem;
  return connectFirst({ ...address, hosts: [fallback], targetSession: 'any' }, tls, options);
}

/** docs: PostgreSQL, target_session_attrs. */
async function isWanted(session: PostgresSession, wanted: string): Promise<boolean> {
  if (wanted === 'any') return true;
  const [row] = await session.query<{ standby: boolean; readonly: boolean }>(
    "SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only') = 'on' AS readonly",
  );
  const { standby = false, readonly = false } = row ?? {};
  if (wanted === 'primary') return !standby;
  if (wanted === 'read-write') return !standby && !readonly;
  return wanted === 'read-only' ? standby || readonly : standby;
}

type Connect = (signal: AbortSignal) => Promise<Client>;

/** One server of an address, and how to encrypt the connection to it. */
interface Server {
  address: PostgresAddress;
  host: PostgresHost;
  tls: Tls;
}

async function openWithTls(server: Server, signal: AbortSignal): Promise<Client> {
  const { address, tls } = server;
  try {
    return await open(server, signal);
  } catch (error) {
    // pg/lib/connection.js: the server answered the request for TLS with N
    if (!(error instanceof Error) || !error.message.includes('does not support SSL')) throw error;
    if (tls.optional) return open({ ...server, tls: { ...tls, options: false } }, signal);
    throw new NetworkError(noTls, `The database ${address.name} offers no TLS, but \`sslmode\` requires it`);
  }
}

async function open({ address, host, tls }: Server, signal: AbortSignal): Promise<Client> {
  const { Client, types } = await import('./pg.ts');
  signal.throwIfAborted();
  const bindsChannel = address.parameters.get('channel_binding') === 'require';
  const client = new Client({
    host: host.address ?? host.host,
    port: host.port,
    user: address.user,
    password: address.password,
    database: address.database,
    options: address.parameters.get('options'),
    ssl: host.host.startsWith('/') ? false : chooseTls(host, tls), // libpq: no TLS over a socket
    sslnegotiation: tls.isDirect ? 'direct' : 'postgres',
    enableChannelBinding: bindsChannel,
    application_name: applicationName,
    connectionTimeoutMillis: address.connectTimeout,
    keepAlive: true,
    types: {
      getTypeParser: (oid, format) =>
        oid === types.builtins.JSON || oid === types.builtins.JSONB
          ? parseJsonColumn
          : types.getTypeParser(oid, format),
    },
  } as ClientConfig);
  client.on('error', () => {}); // the running query, or the next one, rejects with it
  if (bindsChannel) requireBinding(client, address);
  const stop = () => client.connection.stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
    return client;
  } catch (error) {
    stop();
    throw convertConnectError(error, address);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** With large integers as they are. JSON that is nested too deep stays text. */
function parseJsonColumn(text: string): unknown {
  const parsed = parseJson(text);
  return parsed === undefined ? text : parsed.value;
}

/** With `hostaddr`, the certificate is still for the name. */
function chooseTls({ host, address }: PostgresHost, { options }: Tls): Tls['options'] {
  return options && address && isIP(host) === 0 ? { ...options, servername: host } : options;
}

/** pg binds to the channel if the server offers it, and otherwise goes on. */
function requireBinding(client: Client, { name }: PostgresAddress): void {
  const message = `The database ${name} offers no channel binding, but \`channel_binding\` requires it`;
  const refuse = () => client.connection.stream.destroy(new NetworkError(noTls, message));
  client.connection.on('authenticationSASL', ({ mechanisms }: { mechanisms: string[] }) => {
    if (!mechanisms.includes('SCRAM-SHA-256-PLUS')) refuse();
  });
  client.connection.on('authenticationMD5Password', refuse);
  client.connection.on('authenticationCleartextPassword', refuse);
}

/** While it connects, pg reports these errors without a code (pg/lib/client.js, pg/lib/connection.js). */
function convertConnectError(error: unknown, { name, connectTimeout }: PostgresAddress): unknown {
  const message = error instanceof Error ? error.message : '';
  if (message === 'timeout expired') {
    return new NetworkError(timedOut, `The database ${name} did not answer within ${formatDuration(connectTimeout)}`);
  }
  if (message.includes('client password must be a')) {
    const missing = `The database ${name} asks for a password, and the connection string has none.`;
    return new GateError([found(wrongPassword, { message: missing })]);
  }
  if (message.includes('error establishing an SSL connection')) {
    return new NetworkError(noTls, `${name} does not answer like a PostgreSQL server`);
  }
  return toLostConnection(error, name);
}

/** One session of PostgreSQL. Throws SQL errors as they are, and a NetworkError for a lost connection. */
export class PostgresSession {
  readonly address: PostgresAddress;
  readonly #client: Client;
  readonly #connect: Connect;
  readonly #signal: AbortSignal;
  /** Resets the role and the search path. */
  readonly #identity: string;
  #freshSettings: string;
  readonly #localSettings: string[];
  /** Whether no other client uses this session, so the gate may change its settings. */
  #isOwn = false;
  /** Fails unless the session still holds the lock that it has taken; empty while it holds none. */
  #proof = '';
  readonly #stop = () => void this.#cancel();
  #pid = 0;
  /** As `server_version_num` has it: 180004 is 18.4. */
  serverVersion = 0;

  private constructor(client: Client, connect: Connect, address: PostgresAddress, options: PostgresOptions) {
    this.#client = client;
    this.#connect = connect;
    this.#signal = options.signal;
    this.address = address;
    const { schema } = address;
    const path = schema ? `SET search_path = ${quoteIdentifier(schema)}` : 'RESET search_path';
    const role = options.role && `ROLE ${quoteIdentifier(options.role)}`;
    this.#localSettings = [
      ...(role ? [`SET LOCAL ${role}`] : []),
      ...(schema ? [`SET LOCAL search_path = ${quoteIdentifier(schema)}`] : []),
    ];
    // RESET ALL does not reset the role
    this.#identity = `RESET SESSION AUTHORIZATION; ${role ? `SET ${role}` : 'RESET ROLE'}; ${path}`;
    // Behind a pooler, RESET ALL restores the pooler's own name.
    this.#freshSettings = `RESET ALL; SET application_name = '${applicationName}'; ${this.#identity}`;
  }

  static async start(client: Client, connect: Connect, address: PostgresAddress, options: PostgresOptions) {
    const { signal } = options;
    const session = new PostgresSession(client, connect, address, options);
    signal.addEventListener('abort', session.#stop, { once: true });
    const limit = session.#limitStart(client);
    try {
      // Queried, since behind a pooler the protocol announces the pooler's process.
      const [row] = await session.query<{ pid: number; version: number }>(
        "SELECT pg_backend_pid() AS pid, current_setting('server_version_num')::int AS version",
      );
      session.#pid = row?.pid ?? 0;
      session.serverVersion = row?.version ?? 0;
      if (session.serverVersion < oldestServer) throw rejectVersion(session.serverVersion, address.name);
      // Otherwise a statement, with its locks, would outlive a runner that was killed.
      if (session.serverVersion >= 140000) session.#freshSettings += "; SET client_connection_check_interval = '1s'";
      // A transaction pooler would leave the settings in a session that the application uses next.
      if (session.announcedProcess === session.#pid) await session.adopt();
      return session;
    } catch (error) {
      await session.close();
      throw limit.passed ? rejectSilence(address) : error;
    } finally {
      limit.clear();
    }
  }

  /** A pooler takes the connection at once, and lets the first statement wait for a free session. */
  #limitStart(client: Client): TimeLimit {
    return endAfter(this.address.connectTimeout, this.#signal, () => client.connection.stream.destroy());
  }

  /** The process that the server announced; a pooler announces its own, not the session's. */
  get announcedProcess(): number | undefined {
    return 'processID' in this.#client ? Number(this.#client.processID) : undefined;
  }

  /** Declares that no other client uses this session, and gives it the gate's settings. */
  async adopt(): Promise<void> {
    this.#isOwn = true;
    await this.reset();
  }

  /** Tries to take an advisory lock for the session. From then on, each change proves that the session still holds it. */
  async tryLock(key: bigint): Promise<boolean> {
    const [row] = await this.query<{ taken: boolean }>(tryLock(key));
    if (row?.taken) this.#proof = proveLock(key);
    return row?.taken === true;
  }

  /** Releases the lock. Throws a GateError if this session did not hold it. */
  async unlock(key: bigint): Promise<void> {
    this.#proof = '';
    const [row] = await this.query<{ released: boolean }>(unlock(key));
    if (!row?.released) throw this.#rejectLostLock();
  }

  /** Throws a GateError unless the statements still reach the session that holds the lock. */
  async proveLock(): Promise<void> {
    if (this.#proof) await this.#open(this.#proof);
  }

  async query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]> {
    return this.#run(async () => (await this.#client.query<Row>(text, values)).rows);
  }

  /**
   * Runs one statement of the user. The server rejects a second one, which could end the read-only transaction: the
   * extended protocol takes only one, and by default pg uses it only for statements with values.
   */
  async ask<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    const query = { text, values, queryMode: 'extended' };
    return this.#run(async () => (await this.#client.query<Row>(query)).rows);
  }

  /** Runs a script in one message, which makes it one transaction. Throws a ScriptError if a statement fails. */
  async script(text: string): Promise<void> {
    let completed = 0;
    const count = () => completed++;
    this.#client.connection.on('commandComplete', count);
    try {
      await this.#run(() => this.#client.query(text));
    } catch (error) {
      throw isSqlError(error) ? new ScriptError(error, completed) : error;
    } finally {
      this.#client.connection.off('commandComplete', count);
    }
  }

  /** Resets everything that scripts may have set on the session. */
  async reset(): Promise<void> {
    await this.query(this.#freshSettings);
  }

  /** Resets the role and the search path, but keeps the limits of the transaction. */
  async resetIdentity(): Promise<void> {
    await this.query(this.#identity);
  }

  /** Runs the work in a transaction, with settings for this transaction, such as `{ lock_timeout: '5s' }`. */
  async transaction(settings: Record<string, string>, work: () => Promise<void>): Promise<void> {
    const limits = Object.entries(settings).map(([name, value]) => `SET LOCAL ${name} = '${value}'`);
    const begin = this.#isOwn ? [this.#freshSettings, 'BEGIN'] : ['BEGIN', ...this.#localSettings];
    const proof = this.#proof ? [this.#proof] : [];
    try {
      await this.#open([...begin, ...limits, ...proof].join('; '));
      await work();
      await this.query('COMMIT');
    } catch (error) {
      await this.#rollBack();
      throw error;
    }
  }

  /** Ends the session. The server rolls back an open transaction and releases every lock. */
  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#stop);
    const cut = setTimeout(() => this.#client.connection.stream.destroy(), closeTimeout);
    await this.#client.end().finally(() => clearTimeout(cut));
  }

  async #run<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      this.#signal.throwIfAborted();
      throw toLostConnection(error, this.address.name);
    }
  }

  /** Sends what precedes a change. The proof of the lock, which it may contain, is all that can fail with its code. */
  async #open(text: string): Promise<void> {
    try {
      await this.query(text);
    } catch (error) {
      throw isSqlError(error) && error.code === lostLockCode ? this.#rejectLostLock() : error;
    }
  }

  #rejectLostLock(): GateError {
    const message = `The statements to ${this.address.name} no longer reach the session that holds the migration lock.`;
    return new GateError([found(lostSession, { message })]);
  }

  async #rollBack(): Promise<void> {
    try {
      await this.#client.query('ROLLBACK');
    } catch {
      this.#client.connection.stream.destroy(); // the server rolls back the transaction of a lost session
    }
  }

  /** Stops the running statement from a second connection; otherwise the server would finish it. */
  async #cancel(): Promise<void> {
    const cut = setTimeout(() => this.#client.connection.stream.destroy(), cancelTimeout);
    this.#client.once('drain', () => clearTimeout(cut));
    this.#client.once('end', () => clearTimeout(cut));
    try {
      const other = await this.#connect(AbortSignal.timeout(cancelTimeout));
      await other.query(cancelOwn, [this.#pid]);
      await other.end();
    } catch {
      this.#client.connection.stream.destroy();
    }
  }
}

function rejectSilence({ name, connectTimeout }: PostgresAddress): GateError {
  const message = `${name} took the connection, but ran no statement within ${formatDuration(connectTimeout)}.`;
  const help = `If it is a pooler in session mode, other clients have all of its sessions. ${poolFull}`;
  return new GateError([found(refused, { message, help })]);
}

function rejectVersion(version: number, name: string): GateError {
  const message = `The database ${name} runs PostgreSQL ${Math.floor(version / 10000)}.`;
  return new GateError([found(unsupportedVersion, { message })]);
}

/** Quotes an identifier for SQL. */
export function quoteIdentifier(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
