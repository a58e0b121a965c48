import type { Variables } from '../core/context.ts';
import { GateError } from '../core/errors.ts';
import { found, type Place } from '../core/finding.ts';
import { findKnownPooler } from './pooler-addresses.ts';
import { MalformedConninfo, readConninfo } from './postgres-conninfo.ts';
import { invalidUrl, unsupportedParameter } from './postgres-errors.ts';
import { treatParameter, variablesOfLibpq } from './postgres-parameters.ts';
import { readService } from './postgres-service.ts';

/** One server of a connection string. */
export interface PostgresHost {
  /** A name, an address, or the folder of a socket. */
  host: string;
  /** The address to connect to instead of that of the name. */
  address: string | undefined;
  port: number;
}

export interface PostgresAddress {
  /** `host:port/database`, or `host:port,host:port/database`: the only part that a message may show. */
  name: string;
  /** In the order in which they are tried. */
  hosts: [PostgresHost, ...PostgresHost[]];
  user: string;
  password: string | undefined;
  database: string;
  /** All parameters by name, those of the service file and of libpq's variables too. */
  parameters: ReadonlyMap<string, string>;
  /** Those that have no effect here, although their writer meant one. */
  ignored: string[];
  /** Prisma's `schema`, with its tables and its ledger (docs: Prisma, PostgreSQL connector, connection URL). */
  schema: string | undefined;
  /** How the string shows that it leads to a pooler in transaction mode; undefined if it does not. */
  transactionPooler: string | undefined;
  /** Milliseconds that each host has to answer. */
  connectTimeout: number;
  targetSession: string;
}

/** Milliseconds without `connect_timeout`, and with `connect_timeout=0`, which means no limit to libpq. */
const defaultTimeout = 10_000;
const longestTimeout = 60_000;

const targetSessions = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'];

/**
 * Reads a connection string as libpq does; `variables` are its environment. Throws a GateError that shows no part of the
 * text if it is not valid or has a parameter that the gate does not support.
 */
export function parsePostgresUrl(
  text: string,
  variable: string,
  place?: Place,
  variables: Variables = {},
): PostgresAddress {
  try {
    return readAddress(text, variables);
  } catch (error) {
    if (error instanceof Unsupported) {
      const message = `The value of ${variable} has the parameter \`${error.message}\`, which is not supported. The gate did not try to connect.`;
      throw new GateError([found(unsupportedParameter, { message, ...(place && { place }) })]);
    }
    if (!(error instanceof MalformedConninfo)) throw error;
    throw new GateError([
      found(invalidUrl, { message: `The value of ${variable} ${error.message}.`, ...(place && { place }) }),
    ]);
  }
}

class Unsupported extends Error {}

function readAddress(text: string, variables: Variables): PostgresAddress {
  rejectUnencoded(text);
  const parameters = addDefaults(readConninfo(text), variables);
  const ignored: string[] = [];
  for (const [name, value] of parameters) {
    const treatment = treatParameter(name, value);
    if (treatment === 'refused') throw new Unsupported(name);
    if (treatment === 'ignored') ignored.push(/^\w{1,40}$/.test(name) ? name : 'one with an invalid name');
  }
  const hosts = readHosts(parameters);
  const user = parameters.get('user');
  if (!user) throw new MalformedConninfo('names no user');
  const database = parameters.get('dbname') || user;
  const [{ host, port }] = hosts;
  return {
    name: `${hosts.map(each => `${each.host}:${each.port}`).join(',')}/${database}`,
    hosts,
    user,
    password: parameters.get('password'),
    database,
    parameters,
    ignored,
    schema: parameters.get('schema') || undefined,
    transactionPooler: detectTransactionPooler(host, String(port), parameters),
    connectTimeout: readTimeout(parameters.get('connect_timeout')),
    targetSession: readTarget(parameters.get('target_session_attrs')),
  };
}

/** A `#`, `/` or `?` in the password: libpq takes some of them, but every client that reads URLs connects elsewhere. */
function rejectUnencoded(text: string): void {
  const [, rest] = /^postgres(?:ql)?:\/\/(.*)$/s.exec(text) ?? [];
  if (rest === undefined) return;
  const authority = rest.split(/[/?#]/, 1).join('');
  const after = rest.slice(authority.length);
  const isCut = !authority.includes('@') && (/^\/[^?]*@/.test(after) || /^\?[^=]*@/.test(after));
  if (isCut || after.includes('#')) throw new MalformedConninfo('is not a PostgreSQL connection string');
}

/** The service file comes before libpq's variables. */
function addDefaults(given: Map<string, string>, variables: Variables): Map<string, string> {
  const fromVariables = Object.entries(variablesOfLibpq).flatMap(([variable, name]) => {
    const value = variables[variable];
    return value ? [[name, value] as const] : [];
  });
  const defaults = new Map(fromVariables);
  const service = given.get('service') ?? defaults.get('service');
  const file = given.get('servicefile') ?? defaults.get('servicefile');
  const ofService = service ? readService(service, file, variables) : new Map<string, string>();
  return new Map([...defaults, ...ofService, ...given]);
}

function readHosts(parameters: Map<string, string>): PostgresAddress['hosts'] {
  const split = (name: string) => parameters.get(name)?.split(',') ?? [];
  const [names, addresses, ports] = [split('host'), split('hostaddr'), split('port')];
  const count = Math.max(names.length, addresses.length);
  if (names.length > 0 && addresses.length > 0 && names.length !== addresses.length)
    throw new MalformedConninfo('has another number of `hostaddr` than of hosts');
  if (ports.length > 1 && ports.length !== count)
    throw new MalformedConninfo('has another number of ports than of hosts');
  const hosts = Array.from({ length: count }, (_, index) => {
    const address = addresses[index] || undefined;
    const host = names[index] || address;
    if (!host) throw new MalformedConninfo('names no host');
    if (host.startsWith('@')) throw new Unsupported('host');
    return { host, address, port: readPort(ports[index] ?? ports[0]) };
  });
  const [first, ...others] = hosts;
  if (!first) throw new MalformedConninfo('names no host');
  return [first, ...others];
}

function readPort(text: string | undefined): number {
  if (!text) return 5432;
  const port = /^\s*\d+\s*$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new MalformedConninfo('has a port that is not a number from 1 to 65535');
}

function readTimeout(text: string | undefined): number {
  if (!text) return defaultTimeout;
  if (!/^\s*-?\d+\s*$/.test(text))
    throw new MalformedConninfo('has a `connect_timeout` that is not a number of seconds');
  const seconds = Number(text);
  return seconds <= 0 ? longestTimeout : seconds * 1000;
}

function readTarget(text: string | undefined): string {
  if (!text) return 'any';
  if (targetSessions.includes(text)) return text;
  throw new MalformedConninfo(
    `has an unknown value of \`target_session_attrs\`, which is one of ${targetSessions.join(', ')}`,
  );
}

/** `pgbouncer=true` announces transaction mode to Prisma. Elsewhere than at these providers, the server tells. */
function detectTransactionPooler(
  host: string,
  port: string,
  parameters: ReadonlyMap<string, string>,
): string | undefined {
  if (parameters.get('pgbouncer') === 'true') return 'it contains `pgbouncer=true`';
  const known = findKnownPooler(host, port);
  return known?.isFixed && known.mode === 'transaction' ? 'the provider uses this host and port for it' : undefined;
}
