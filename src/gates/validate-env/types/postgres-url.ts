import { findKnownPooler } from '../../../clients/pooler-addresses.ts';
import type { VariableOf } from '../../../config/schema/variables.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { isCommonWord } from '../../../core/secret-forms.ts';
import { standardWait } from '../live/live.ts';
import type { Subject } from '../rule.ts';
import type { EnvironmentType } from './environment-type.ts';
import { checkEscaping } from './escaping.ts';
import { checkHosts, isLocalHost } from './host.ts';
import { reportInvalid } from './invalid.ts';
import { placeholder } from './secret.ts';
import { getScheme, parseConnection } from './urls.ts';

type PostgresUrl = VariableOf<'postgres-url'>;
type Pooler = NonNullable<PostgresUrl['pooler']>;

export const onlyIpv6: FindingKind = {
  code: 'env/ipv6-only-host',
  severity: 'notice',
  boundary: 'data',
  meaning: 'The direct host of a Supabase project has only an IPv6 address, which GitHub-hosted runners cannot reach.',
  cause: 'The direct connection string, in a project without the IPv4 add-on.',
  help: 'From a network without IPv6, use the session pooler: …pooler.supabase.com with port 5432.',
};

const remedies: Record<Pooler, string> = {
  transaction: "Use the pooler's address with port 6543.",
  session: "Use the pooler's address with port 5432.",
  none: 'Use the address of the database itself, with port 5432.',
};

export const postgresUrl: EnvironmentType<PostgresUrl> = {
  boundary: 'data',
  rule: subject => {
    const unescaped = checkEscaping(subject);
    if (unescaped.length > 0) return unescaped;
    const urls = parseConnection(subject.value);
    const [url] = urls;
    if (url && isAccelerated(url)) return [];
    if (!url || !['postgres', 'postgresql'].includes(getScheme(url))) {
      const help =
        'Set it to postgresql://USER:PASSWORD@HOST:PORT/DATABASE; write @ as %40, : as %3A, / as %2F and # as %23 in the password.';
      return [reportInvalid(subject, 'is not a PostgreSQL connection URL', help)];
    }
    if (url.pathname.length < 2 && !namesNoDatabase.test(url.hostname))
      return [reportInvalid(subject, 'names no database', 'Add the name of the database at the end: /DATABASE.')];
    return [
      ...checkHosts(subject, urls, subject.declared.host),
      ...checkParts(subject, url),
      ...checkPooler(subject, url),
      ...checkPoolerUser(subject, url),
      ...checkSslMode(subject, url),
      ...checkPassword(subject, url),
      ...checkAddressFamily(subject, url),
    ];
  },
  isSecret: () => true,
  attempt: live => {
    const { live: wanted } = live.declared;
    if (!wanted) return undefined;
    const options = wanted === true ? { within: standardWait } : wanted;
    const isAddress = /^postgres(ql)?:\/\//.test(live.value) && parseConnection(live.value).length > 0;
    if (!isAddress || checkEscaping(live).length > 0) return undefined; // the rule reports it
    const run = async (signal: AbortSignal) => (await import('../live/postgres.ts')).tryPostgres(live, options, signal);
    return { within: options.within, run };
  },
  guess: {
    names: [
      [/^DIRECT_URL$|DIRECT_DATABASE_URL|MIGRATION.*URL/, '{ type: postgres-url, pooler: none }'],
      [/DATABASE_URL|POSTGRES(QL)?_(PRISMA_)?URL|^PG_?URL$/, '{ type: postgres-url }'],
    ],
    example: [/^postgres(ql)?:\/\//, '{ type: postgres-url }'],
  },
};

/** prisma.io/docs/postgres: each address leads to one database. */
const namesNoDatabase = /(?:^|\.)db\.prisma\.io$/;

/** prisma.io/docs/accelerate: an address for Prisma Client alone, with a key instead of user and password. */
function isAccelerated(url: URL): boolean {
  const scheme = /^prisma(?:\+postgres)?:$/.test(url.protocol);
  return (
    scheme &&
    url.searchParams.has('api_key') &&
    (url.hostname === 'accelerate.prisma-data.net' || isLocalHost(url.hostname))
  );
}

function checkParts(subject: Subject<PostgresUrl>, url: URL): Finding[] {
  const { port, database, sslmode } = subject.declared;
  const findings: Finding[] = [];
  if (port !== undefined && Number(url.port || 5432) !== port)
    findings.push(reportInvalid(subject, `has port ${url.port || 5432}, not ${port}`, `Use port ${port}.`));
  if (database !== undefined && url.pathname !== `/${encodeURIComponent(database)}` && url.pathname !== `/${database}`)
    findings.push(reportInvalid(subject, `does not name the database ${database}`, `End its path with /${database}.`));
  const modes = [sslmode ?? []].flat();
  if (modes.length > 0 && !modes.includes(url.searchParams.get('sslmode') ?? '')) {
    const list = modes.map(mode => `sslmode=${mode}`).join(' or ');
    findings.push(reportInvalid(subject, `does not say ${list}`, `Add ${list} to its parameters.`));
  }
  return findings;
}

function checkPooler(subject: Subject<PostgresUrl>, url: URL): Finding[] {
  const { pooler: wanted, client, live } = subject.declared;
  const known = findKnownPooler(url.hostname, url.port);
  const actual = known?.mode ?? guessPooler(url);
  const serverTells = Boolean(live) && !known?.isFixed;
  const findings: Finding[] = [];
  if (wanted !== undefined && wanted !== actual && !serverTells) {
    const leads = actual === 'none' ? 'to the database itself' : `to a pooler in ${actual} mode`;
    findings.push(reportInvalid(subject, `leads ${leads} (port ${url.port || 5432})`, remedies[wanted]));
  }
  if (client === 'prisma' && !serverTells && actual === 'transaction' && url.searchParams.get('pgbouncer') !== 'true') {
    const problem = 'leads to a pooler in transaction mode without `pgbouncer=true`, which Prisma needs';
    findings.push(reportInvalid(subject, problem, 'Add `pgbouncer=true` to its parameters.'));
  }
  return findings;
}

function checkPassword({ name, where }: Subject<PostgresUrl>, url: URL): Finding[] {
  if (!isCommonWord(url.password) || isLocalHost(url.hostname)) return [];
  const help = 'Give the role a generated password, for example from `openssl rand -hex 24`.';
  return [found(placeholder, { message: `${name} has a password that attackers try first.`, help, ...where })];
}

/** Since January 2024 (docs: Supabase, IPv4 and IPv6 compatibility). */
function checkAddressFamily({ name, where }: Subject<PostgresUrl>, url: URL): Finding[] {
  if (!/^db\.[a-z]{20}\.supabase\.co$/.test(url.hostname)) return [];
  return [found(onlyIpv6, { message: `${name} leads to a host that has an IPv6 address only.`, ...where })];
}

/** For hosts of no known provider, PgBouncer's usual ports and `pgbouncer=true` tell. */
function guessPooler(url: URL): Pooler {
  if (['6543', '6432'].includes(url.port) || url.searchParams.get('pgbouncer') === 'true') return 'transaction';
  return /(^|\.)pooler\./.test(url.hostname) ? 'session' : 'none';
}

/** docs: Supabase, Connect to your database: the shared pooler finds the project by the user. */
function checkPoolerUser(subject: Subject<PostgresUrl>, url: URL): Finding[] {
  if (!/\.pooler\.supabase\.com$/.test(url.hostname) || url.username !== 'postgres') return [];
  return [
    reportInvalid(
      subject,
      'names the user postgres without the project',
      'Use the user `postgres.<ref>` of the pooler.',
    ),
  ];
}

/** postgresql.org, libpq, sslmode; `no-verify` is one of node-postgres. */
const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

function checkSslMode(subject: Subject<PostgresUrl>, url: URL): Finding[] {
  const mode = url.searchParams.get('sslmode');
  if (mode === null || sslModes.includes(mode)) return [];
  return [reportInvalid(subject, 'has an `sslmode` that no client knows', `Use one of ${sslModes.join(', ')}.`)];
}
