import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { formatError, GateError, getErrorCode } from '../core/errors.ts';
import { found } from '../core/finding.ts';
import { invalidUrl } from './postgres-errors.ts';
import type { PostgresAddress } from './postgres-url.ts';

/** How a connection is encrypted. */
export interface Tls {
  /** Whether to connect in plain text if the server does not offer TLS. */
  optional: boolean;
  /** Whether the handshake comes first, without asking the server (PostgreSQL 17 and later). */
  isDirect: boolean;
  options: ConnectionOptions | false;
}

/** Where relative paths of certificates start. */
export interface CertificateFolders {
  /** The root of the repository. */
  folder: string;
  /** The folder of the Prisma schema, at which Prisma's own paths start. Default: `prisma` in the root. */
  schemaFolder?: string | undefined;
}

type Parameters = PostgresAddress['parameters'];

/**
 * Reads `sslmode` as libpq does (docs: PostgreSQL, SSL Support, Table of SSL mode descriptions). pg treats `prefer`,
 * `require` and `verify-ca` as `verify-full`, so connection strings that work everywhere else would fail.
 * Where libpq would read a root certificate from the home folder, the gate uses those of Node.js and of the system.
 * Prisma's `sslcert`, which has no `sslkey`, is the certificate of the server's authority.
 */
export async function readTlsSettings(address: PostgresAddress, folders: CertificateFolders): Promise<Tls> {
  const { parameters, name } = address;
  rejectUnknown(parameters, name);
  const mode = readMode(parameters);
  const isDirect = parameters.get('sslnegotiation') === 'direct';
  if (isDirect && ['disable', 'allow', 'prefer'].includes(mode)) {
    const help = 'Add `sslmode=require`, or a stricter mode: without it, the server could be asked for plain text.';
    throw rejectTls(name, 'has `sslnegotiation=direct` with an `sslmode` that does not require TLS', help);
  }
  if (mode === 'disable') return { optional: false, isDirect, options: false };
  const files = await readCertificates(address, folders);
  const versions = {
    ...pickVersion(parameters, 'ssl_min_protocol_version', 'minVersion'),
    ...pickVersion(parameters, 'ssl_max_protocol_version', 'maxVersion'),
  };
  const verification = await chooseVerification(mode, files.ca !== undefined);
  return {
    optional: mode === 'prefer' || mode === 'allow',
    isDirect,
    options: { ...verification, ...files, ...versions },
  };
}

/** libpq's modes, and `no-verify`, which pg adds. */
const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];
const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** What else decides about TLS: pg's switch and Prisma's. */
const switches: Record<string, string[]> = {
  sslmode: modes,
  ssl: ['true', '1', 'false', '0'],
  sslaccept: ['strict', 'accept_invalid_certs'],
  sslnegotiation: ['postgres', 'direct'],
  channel_binding: ['disable', 'prefer', 'require'],
  ssl_min_protocol_version: versions,
  ssl_max_protocol_version: versions,
};

/** A misspelt mode must not connect without verification. Throws a GateError. */
function rejectUnknown(parameters: Parameters, name: string): void {
  for (const [parameter, known] of Object.entries(switches)) {
    const value = parameters.get(parameter);
    if (!value || known.includes(value)) continue;
    throw rejectTls(name, `has an unknown value of \`${parameter}\``, `Use one of ${known.join(', ')}.`);
  }
}

function rejectTls(name: string, problem: string, help: string): GateError {
  return new GateError([found(invalidUrl, { message: `The connection string of ${name} ${problem}.`, help })]);
}

function readMode(parameters: Parameters): string {
  const mode = parameters.get('sslmode');
  const strict = parameters.get('sslaccept') === 'strict' || parameters.get('sslrootcert') === 'system'; // Prisma; libpq
  if (strict && mode !== 'disable') return 'verify-full';
  if (parameters.get('sslaccept') === 'accept_invalid_certs' && mode !== 'disable') return 'no-verify';
  if (mode) return mode;
  const ssl = parameters.get('ssl');
  if (ssl === 'true' || ssl === '1') return 'require';
  return ssl === 'false' || ssl === '0' ? 'disable' : 'prefer';
}

async function chooseVerification(mode: string, ownRoot: boolean): Promise<ConnectionOptions> {
  const anyName: ConnectionOptions = { checkServerIdentity: () => undefined };
  if (mode === 'verify-full') return ownRoot ? {} : { ca: await listTrusted() };
  if (mode === 'verify-ca') return ownRoot ? anyName : { ca: await listTrusted() };
  if (mode === 'require' && ownRoot) return anyName;
  return { rejectUnauthorized: false };
}

/** The authorities of Node.js, and those that the system trusts: the provider's own, where someone installed it. */
async function listTrusted(): Promise<string[]> {
  const { getCACertificates } = await import('node:tls');
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

function pickVersion(parameters: Parameters, parameter: string, option: 'minVersion' | 'maxVersion') {
  const value = parameters.get(parameter);
  return value ? { [option]: value } : {};
}

async function readCertificates(address: PostgresAddress, folders: CertificateFolders): Promise<ConnectionOptions> {
  const { parameters } = address;
  const file = (parameter: string) => {
    const path = parameters.get(parameter);
    return path && path !== 'system' ? readCertificate(parameter, path, { ...folders, name: address.name }) : undefined;
  };
  const isOfPrisma = parameters.has('sslcert') && !parameters.has('sslkey');
  const [root, cert, key, pfx, crl] = await Promise.all(
    ['sslrootcert', 'sslcert', 'sslkey', 'sslidentity', 'sslcrl'].map(file),
  );
  const ca = root ?? (isOfPrisma ? cert : undefined);
  const passphrase = parameters.get('sslpassword');
  return {
    ...(ca && { ca }),
    ...(cert && !isOfPrisma && { cert }),
    ...(key && { key }),
    ...(pfx && { pfx }),
    ...(crl && { crl }),
    ...(passphrase && { passphrase }),
  };
}

/** Prisma's `sslcert` and `sslidentity` start at the folder of its schema; all others at the root of the repository. */
async function readCertificate(
  parameter: string,
  path: string,
  { folder, schemaFolder = 'prisma', name }: CertificateFolders & { name: string },
): Promise<Buffer> {
  const ofPrisma = parameter === 'sslcert' || parameter === 'sslidentity' ? [resolve(folder, schemaFolder, path)] : [];
  const candidates = [...ofPrisma, resolve(folder, path)];
  let problem: unknown;
  for (const candidate of candidates) {
    try {
      return await readFile(candidate);
    } catch (error) {
      problem = error;
      if (getErrorCode(error) !== 'ENOENT') break;
    }
  }
  const where =
    ofPrisma.length > 0
      ? 'the folder of the Prisma schema, or at the root of the repository'
      : 'the root of the repository';
  const help = `Put the file at the path in \`${parameter}\`, which starts at ${where}.`;
  const message = `\`${parameter}\` in the connection string of ${name} could not be read: ${formatError(problem)}.`;
  throw new GateError([found(invalidUrl, { message, help })]);
}
