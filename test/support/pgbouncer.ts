import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { onFreePort } from './free-port.ts';
import { postgresAccount, temporaryFolderFor } from './postgres-binaries.ts';
import { COMMAND_NOT_FOUND, ProcessEndedEarly, startProcess } from './process.ts';

export interface PgBouncerOptions {
  /** The server behind it, as `startPostgres` gives it, with its password. */
  upstream: string;
  mode: 'transaction' | 'session';
  /** The binary. Default `pgbouncer`, found on the PATH. */
  command?: string;
  /** Further settings of pgbouncer.ini, such as `server_round_robin`. */
  settings?: Record<string, string | number>;
}

export interface RunningPgBouncer {
  /** The same database and user as the upstream's, through the pooler. */
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts a PgBouncer of its own on a free port. Works as root, too, as which it refuses to run.
 *
 * @throws when the binary is missing, saying how to install it, or when it refuses its configuration.
 */
export async function startPgBouncer(options: PgBouncerOptions): Promise<RunningPgBouncer> {
  const account = await postgresAccount();
  const folder = await mkdtemp(join(await temporaryFolderFor(account), 'release-gates-pgbouncer-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  const write = async (name: string, text: string) => {
    const file = join(folder, name);
    await writeFile(file, text, { mode: 0o600 });
    if (account.uid !== undefined && account.gid !== undefined) await chown(file, account.uid, account.gid);
    return file;
  };
  try {
    if (account.uid !== undefined && account.gid !== undefined) await chown(folder, account.uid, account.gid);
    const upstream = new URL(options.upstream);
    const users = await write('users.txt', `"${upstream.username}" "${decodeURIComponent(upstream.password)}"\n`);
    const { running, port } = await onFreePort(async port => {
      const settings = {
        listen_addr: '127.0.0.1',
        listen_port: port,
        unix_socket_dir: '',
        auth_type: 'scram-sha-256',
        auth_file: users,
        pool_mode: options.mode,
        default_pool_size: 4,
        ignore_startup_parameters: 'extra_float_digits',
        ...options.settings,
      };
      const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
      const databases = `* = host=${upstream.hostname} port=${upstream.port}`;
      const file = await write('pgbouncer.ini', ['[databases]', databases, '[pgbouncer]', ...lines, ''].join('\n'));
      const running = await start(options.command ?? 'pgbouncer', file, account);
      return { running, port };
    });
    const url = new URL(options.upstream);
    url.host = `127.0.0.1:${port}`;
    return {
      url: url.href,
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

async function start(command: string, file: string, account: { uid?: number; gid?: number }) {
  try {
    // Packages put it where only administrators look.
    const env = { ...process.env, PATH: [process.env.PATH, '/usr/sbin', '/usr/local/sbin'].join(delimiter) };
    // It ends at once on SIGINT only when nobody is connected.
    return await startProcess(command, [file], { ...account, env, readyWhen: /process up/, stopSignal: 'SIGTERM' });
  } catch (error) {
    const missing = error instanceof ProcessEndedEarly && error.status === COMMAND_NOT_FOUND;
    if (!missing) throw error;
    throw new Error(`${command} is not installed: run script/bootstrap, which installs PgBouncer`, { cause: error });
  }
}
