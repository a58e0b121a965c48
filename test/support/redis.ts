import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSignedCertificate } from './certificate.ts';
import { onFreePort } from './free-port.ts';
import { COMMAND_NOT_FOUND, ProcessEndedEarly, startProcess } from './process.ts';

export interface RedisOptions {
  /** When given, every client has to authenticate with it. */
  password?: string;
  /** Served over TLS only, with a certificate signed by itself. Default false. */
  tls?: boolean;
  /** A Sentinel in place of a Redis; it watches nobody. Default false. */
  sentinel?: boolean;
  /** Further directives of redis.conf, such as `{ 'maxmemory-policy': 'noeviction' }`. */
  config?: Record<string, string>;
  /** The server's binary. Default `redis-server`, found on the PATH. */
  command?: string;
}

export interface RunningRedis {
  /** `redis://127.0.0.1:<port>`, or `rediss://…` with TLS, with the password in it where there is one. */
  url: string;
  /** The certificate to trust, in PEM, when it is served over TLS. */
  certificate?: string;
  stop(): Promise<void>;
}

/**
 * Starts a Redis of its own on a free port; it keeps nothing on disk.
 *
 * @throws when the binary is missing, saying how to install it, or when Redis refuses its configuration.
 */
export async function startRedis(options: RedisOptions = {}): Promise<RunningRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'release-gates-redis-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const files = options.tls ? await selfSignedCertificate(folder) : undefined;
    const { running, port } = await onFreePort(async port => {
      const directives: Record<string, string> = {
        bind: '127.0.0.1',
        dir: folder,
        ...(!options.sentinel && { save: '""', appendonly: 'no' }),
        port: files ? '0' : String(port),
        ...(files && {
          'tls-port': String(port),
          'tls-cert-file': files.certificateFile,
          'tls-key-file': files.keyFile,
          'tls-auth-clients': 'no',
        }),
        ...(options.password !== undefined && { requirepass: JSON.stringify(options.password) }),
        ...options.config,
      };
      // A file, not arguments: the password does not show in the list of processes.
      const configFile = join(folder, 'redis.conf');
      const lines = Object.entries(directives).map(([name, value]) => `${name} ${value}\n`);
      await writeFile(configFile, lines.join(''), { mode: 0o600 });
      return { running: await startServer(options, configFile), port };
    });

    const scheme = files ? 'rediss' : 'redis';
    const credentials = options.password === undefined ? '' : `:${encodeURIComponent(options.password)}@`;
    return {
      url: `${scheme}://${credentials}127.0.0.1:${port}`,
      certificate: files?.certificate,
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

async function startServer({ command = 'redis-server', sentinel = false }: RedisOptions, configFile: string) {
  try {
    const args = sentinel ? [configFile, '--sentinel'] : [configFile];
    return await startProcess(command, args, { readyWhen: /ready to accept connections|Sentinel ID is/i });
  } catch (error) {
    const missing = error instanceof ProcessEndedEarly && error.status === COMMAND_NOT_FOUND;
    if (!missing) throw error;
    throw new Error(`${command} is not installed: run script/bootstrap, which installs Redis`, { cause: error });
  }
}
