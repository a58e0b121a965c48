import type { FindingKind } from '../../core/finding.ts';

export const invalidRedisUrl: FindingKind = {
  code: 'database/invalid-redis-url',
  severity: 'error',
  boundary: 'data',
  meaning: 'The URL is not one of Redis, so no connection was tried.',
  cause: 'An Upstash REST address (https://) in its place, quotes copied along with it, or an empty secret.',
  help: 'Write it as rediss://default:password@host:6379, with special characters of the password percent-encoded. A database is a number, such as /0.',
};

/** The schemes of Redis and Valkey; the value is whether they use TLS. */
const schemes: Readonly<Record<string, boolean>> = {
  'redis:': false,
  'rediss:': true,
  'valkey:': false,
  'valkeys:': true,
};

/** What a client needs to connect. */
export interface RedisAddress {
  host: string;
  /** Default 6379. */
  port: number;
  username?: string;
  password?: string;
  tls: boolean;
  /** Default 0. */
  database: number;
}

/** The parts of redis://, rediss://, valkey:// or valkeys://; undefined for any other text. */
export function parseRedisUrl(text: string): RedisAddress | undefined {
  const url = URL.parse(text);
  const tls = url ? schemes[url.protocol] : undefined;
  const database = url ? readDatabase(url) : undefined;
  if (!url?.hostname || tls === undefined || database === undefined) return undefined;
  const username = decode(url.username);
  const password = decode(url.password);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    ...(username && { username }),
    ...(password && { password }),
    tls,
    database,
  };
}

/** `host:port`, the only part of a URL that a message may show; undefined for text that is not a Redis URL. */
export function formatRedisAddress(text: string): string | undefined {
  return parseRedisUrl(text) && URL.parse(text)?.host;
}

/** The number of the database; 0 without one, undefined if it is not a number. A client would read database 0 instead. */
function readDatabase({ pathname, searchParams }: URL): number | undefined {
  const text = searchParams.get('db') ?? pathname.slice(1);
  return /^\d{0,9}$/.test(text) ? Number(text) : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign of the password that nobody encoded
  }
}

const otherForms: { form: RegExp; name: string; help: string }[] = [
  {
    form: /^["']/,
    name: 'a URL in quotes',
    help: 'Set the secret again without the quotes.',
  },
  {
    form: /^https?:\/\//i,
    name: 'the address of a REST interface',
    help: 'Use the address that begins with rediss://; the REST address is for HTTP clients only.',
  },
  {
    // learn.microsoft.com/azure/azure-cache-for-redis/cache-dotnet-how-to-use-azure-redis-cache; StackExchange.Redis docs, Configuration
    form: /^[\w.-]+(:\d+)?,.*\b(password|ssl|abortConnect)=/i,
    name: 'a connection string of StackExchange.Redis, as Azure shows it',
    help: 'Write it as rediss://:PASSWORD@HOST:6380, with the password after `password=`, percent-encoded.',
  },
  {
    form: /^(redis|valkey)-cli\s/i,
    name: 'a command line of redis-cli',
    help: 'Keep only the URL after `-u`, and write rediss:// for `--tls`. For `-h`, `-p` and `-a`, write redis://:PASSWORD@HOST:PORT.',
  },
];

/** What a text is that should be a Redis URL, and how to fix it; undefined when it resembles nothing known. */
export function recognizeRedisText(text: string): { name: string; help: string } | undefined {
  return otherForms.find(({ form }) => form.test(text.trim()));
}
