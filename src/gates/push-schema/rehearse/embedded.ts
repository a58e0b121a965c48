import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { makeChildEnvironment } from '../../../clients/child-environment.ts';
import type { GateContext, Variables } from '../../../core/context.ts';
import { formatError, GateError } from '../../../core/errors.ts';
import { type FindingKind, found } from '../../../core/finding.ts';

export const noScratch: FindingKind = {
  code: 'schema/no-scratch-database',
  severity: 'error',
  boundary: 'data',
  meaning: 'There is no database for trials, so nothing was rehearsed.',
  cause: 'No `scratch` in the configuration, and no PostgreSQL on the runner that the gate could start.',
  help: 'Set `scratch` to the variable with the connection string of a server for trials, such as a service container, whose role may create databases. GitHub’s Ubuntu runners have PostgreSQL installed.',
};

/** A server that runs as long as the gate. */
export interface EmbeddedServer {
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that is installed on the machine, in a temporary folder. Throws a GateError if there is none.
 */
export async function startEmbedded(context: Pick<GateContext, 'variables' | 'redactor'>): Promise<EmbeddedServer> {
  const binaries = await findBinaries(context.variables);
  const env = makeChildEnvironment(context);
  if (!binaries) throw new GateError([found(noScratch, { message: 'No initdb was found on this machine.' })]);
  const folder = await mkdtemp(join(tmpdir(), 'release-gates-scratch-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const password = randomBytes(16).toString('hex');
    const file = join(folder, 'password');
    await writeFile(file, password, { mode: 0o600 });
    const data = join(folder, 'data');
    const access = [
      '-D',
      data,
      '-U',
      'postgres',
      `--pwfile=${file}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--no-sync',
    ];
    await runInitdb(join(binaries, 'initdb'), access, env);
    const port = await findFreePort();
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
    const server = spawn(join(binaries, 'postgres'), ['-D', data, ...settings.flatMap(setting => ['-c', setting])], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const stop = async () => {
      if (server.exitCode === null) {
        server.kill('SIGINT');
        await once(server, 'exit');
      }
      await remove();
    };
    await waitUntilReady(server.stderr, once(server, 'exit'));
    return { url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres?sslmode=disable`, stop };
  } catch (error) {
    await remove();
    throw new GateError([
      found(noScratch, { message: `PostgreSQL could not be started for the rehearsal: ${findReason(error)}.` }),
    ]);
  }
}

/** @actions/exec cannot end a program, and initdb, which waits for nobody, ends by itself. */
async function runInitdb(file: string, args: string[], env: Record<string, string>): Promise<void> {
  const { getExecOutput } = await import('@actions/exec'); // most runs rehearse nothing
  const { exitCode, stderr } = await getExecOutput(`"${file}"`, args, { env, silent: true, ignoreReturnCode: true });
  if (exitCode !== 0) throw new Error(stderr.trim() || `initdb ended with status ${exitCode}`);
}

/** The line of a program's output that tells why it failed. */
function findReason(error: unknown): string {
  const message = formatError(error);
  return /error: (.*)/.exec(message)?.[1] ?? message.trim();
}

async function waitUntilReady(output: NodeJS.ReadableStream, ended: Promise<unknown>): Promise<void> {
  let text = '';
  const listening = new Promise<void>(resolve => {
    output.on('data', chunk => {
      text = (text + chunk).slice(-4000);
      if (text.includes('ready to accept connections')) resolve();
    });
  });
  const early = ended.then(() => {
    throw new Error(text.trim().split('\n').at(-1) ?? 'it ended immediately');
  });
  early.catch(() => {}); // when it ends later, the gate has stopped it
  await Promise.race([listening, early]);
}

/** The folder with `initdb`: on PATH, or where Debian and Ubuntu install each version. */
async function findBinaries(variables: Variables): Promise<string | undefined> {
  const versions = await listFolder('/usr/lib/postgresql');
  const newest = versions.sort((a, b) => Number(b) - Number(a)).map(version => `/usr/lib/postgresql/${version}/bin`);
  for (const folder of [...(variables.PATH ?? '').split(delimiter), ...newest]) {
    if ((await listFolder(folder)).includes('initdb')) return folder;
  }
  return undefined;
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return []; // PATH may name folders that do not exist
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
