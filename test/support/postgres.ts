import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, escapeIdentifier } from 'pg';
import { selfSignedCertificate } from './certificate.ts';
import { onFreePort } from './free-port.ts';
import { type Account, postgresAccount, postgresBinaries, temporaryFolderFor } from './postgres-binaries.ts';
import { startProcess } from './process.ts';

export interface PostgresOptions {
  /** Offers TLS, with a certificate signed by itself. Default false. */
  tls?: boolean;
  /** Further settings of postgresql.conf, such as `{ max_connections: '10' }`. */
  settings?: Record<string, string>;
}

export interface RunningPostgres {
  /** The maintenance database `postgres`, as the superuser; with its password, without which nobody gets in. */
  url: string;
  /** The certificate to trust, in PEM, when TLS is offered. */
  certificate?: string;
  /** Makes an empty database and returns its URL. The name defaults to one that is free. */
  createDatabase(name?: string): Promise<string>;
  /** Ends every session, and starts anew on the same port with all that is in the databases. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Durability costs time and is worth nothing to a database that is deleted at the end. */
const FAST = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  shared_buffers: '32MB',
};

/** Starts a PostgreSQL server of its own on a free port; its files are gone once it is stopped. Works as root, too. */
export async function startPostgres(options: PostgresOptions = {}): Promise<RunningPostgres> {
  const account = await postgresAccount();
  const folder = await mkdtemp(join(await temporaryFolderFor(account), 'release-gates-postgres-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    await handOver(folder, account);
    const binaries = await postgresBinaries(account, folder);
    const password = randomBytes(12).toString('base64url');
    const dataFolder = join(folder, 'data');
    await initialise(binaries.initdb, dataFolder, password, account);
    const tls = options.tls ? await tlsFiles(folder, account) : undefined;

    const launch = async (port: number) => {
      const settings: Record<string, string> = {
        ...FAST,
        listen_addresses: '127.0.0.1',
        port: String(port),
        // No socket file: its default folder may not exist, or belong to another server.
        unix_socket_directories: '',
        ...tls?.settings,
        ...options.settings,
      };
      const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      return startProcess(binaries.postgres, ['-D', dataFolder, ...flags], {
        ...account,
        readyWhen: /database system is ready to accept connections/,
        stopSignal: 'SIGINT',
      });
    };
    const started = await onFreePort(async port => ({ running: await launch(port), port }));
    const { port } = started;
    let { running } = started;

    const urlOf = (database: string) => `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;
    return {
      url: urlOf('postgres'),
      certificate: tls?.certificate,
      createDatabase: async (name = `test_${randomBytes(6).toString('hex')}`) => {
        await execute(urlOf('postgres'), `CREATE DATABASE ${escapeIdentifier(name)}`);
        return urlOf(encodeURIComponent(name));
      },
      restart: async () => {
        await running.stop();
        running = await launch(port);
      },
      stop: async () => {
        await running.stop();
        await removeFolder();
      },
    };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

async function initialise(initdb: string, dataFolder: string, password: string, account: Account): Promise<void> {
  const passwordFile = `${dataFolder}-password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  await handOver(passwordFile, account);
  const access = ['--auth=scram-sha-256', '--username=postgres', `--pwfile=${passwordFile}`];
  const format = ['--no-locale', '--encoding=UTF8', '--no-sync', '--no-instructions'];
  await promisify(execFile)(initdb, [`--pgdata=${dataFolder}`, ...access, ...format], account);
  await rm(passwordFile);
}

async function tlsFiles(folder: string, account: Account) {
  const files = await selfSignedCertificate(folder);
  await handOver(files.keyFile, account);
  return {
    certificate: files.certificate,
    settings: { ssl: 'on', ssl_cert_file: files.certificateFile, ssl_key_file: files.keyFile },
  };
}

async function handOver(path: string, { uid, gid }: Account): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
