import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { formatError, GateError } from '../core/errors.ts';
import { found } from '../core/finding.ts';
import { invalidUrl } from './postgres-errors.ts';
import type { PostgresAddress } from './postgres-url.ts';

/** How a connection is encrypted. */
export interface Tls {
  /** Whether to connect in plain text if the server does not offer TLS. */
  optional: boolean;
  options: ConnectionOptions | false;
}

/**
 * Reads `sslmode` as libpq does (docs: PostgreSQL, SSL Support, Table of SSL mode descriptions). pg treats `prefer`,
 * `require` and `verify-ca` as `verify-full`, so connection strings that work everywhere else would fail.
 * Where libpq would read a root certificate from the home folder, the gate uses those that Node.js trusts.
 * Relative paths of certificates start at `folder`.
 */
export async function readTlsSettings({ parameters, name }: PostgresAddress, folder: string): Promise<Tls> {
  rejectUnknown(parameters, name);
  const mode = readMode(parameters);
  if (mode === 'disable') return { optional: false, options: false };
  const certificate = async (parameter: string) => {
    const path = parameters.get(parameter);
    return path && path !== 'system' ? await read(path, parameter, folder, name) : undefined;
  };
  const [ca, cert, key] = await Promise.all(['sslrootcert', 'sslcert', 'sslkey'].map(certificate));
  const files = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  return { optional: mode === 'prefer' || mode === 'allow', options: { ...files, ...chooseVerification(mode, !!ca) } };
}

/** libpq's modes, and `no-verify`, which pg adds. */
const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/** What else decides about TLS: pg's switch and Prisma's. */
const switches: Record<string, string[]> = {
  sslmode: modes,
  ssl: ['true', '1', 'false', '0'],
  sslaccept: ['strict', 'accept_invalid_certs'],
};

/** A misspelt mode must not connect without verification. Throws a GateError. */
function rejectUnknown(parameters: URLSearchParams, name: string): void {
  for (const [parameter, known] of Object.entries(switches)) {
    const value = parameters.get(parameter);
    if (!value || known.includes(value)) continue;
    const message = `The connection string of ${name} has an unknown value of \`${parameter}\`.`;
    throw new GateError([found(invalidUrl, { message, help: `Use one of ${known.join(', ')}.` })]);
  }
}

function readMode(parameters: URLSearchParams): string {
  const mode = parameters.get('sslmode');
  const strict = parameters.get('sslaccept') === 'strict' || parameters.get('sslrootcert') === 'system'; // Prisma; libpq
  if (strict && mode !== 'disable') return 'verify-full';
  if (mode) return mode;
  const ssl = parameters.get('ssl');
  if (ssl === 'true' || ssl === '1') return 'require';
  return ssl === 'false' || ssl === '0' ? 'disable' : 'prefer';
}

function chooseVerification(mode: string, ownRoot: boolean): ConnectionOptions {
  const anyName: ConnectionOptions = { checkServerIdentity: () => undefined };
  if (mode === 'verify-full') return {};
  if (mode === 'verify-ca') return ownRoot ? anyName : {};
  if (mode === 'require' && ownRoot) return anyName;
  return { rejectUnauthorized: false };
}

async function read(path: string, parameter: string, folder: string, name: string): Promise<string> {
  try {
    return await readFile(resolve(folder, path), 'utf8');
  } catch (error) {
    const message = `\`${parameter}\` in the connection string of ${name} could not be read: ${formatError(error)}.`;
    const help = `Put the file at the path in \`${parameter}\`, which starts at the root of the repository.`;
    throw new GateError([found(invalidUrl, { message, help })]);
  }
}
