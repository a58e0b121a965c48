import type { VariableOf } from '../../../config/schema/variables.ts';
import type { Rule } from '../rules/rule.ts';
import { invalid } from './invalid.ts';
import { parseUrl, schemeOf } from './parse-url.ts';

type Pooler = 'transaction' | 'session' | 'none';

const remedies: Record<Pooler, string> = {
  transaction: "Use the pooler's address with port 6543.",
  session: "Use the pooler's address with port 5432.",
  none: 'Use the address of the database itself, with port 5432.',
};

export const postgresUrl: Rule<VariableOf<'postgres-url'>> = subject => {
  const url = parseUrl(subject.value);
  if (!url?.host || !['postgres', 'postgresql'].includes(schemeOf(url))) {
    const remedy =
      'Set it to postgresql://USER:PASSWORD@HOST:PORT/DATABASE; write @ as %40, : as %3A, / as %2F and # as %23 in the password.';
    return [invalid(subject, 'is not a PostgreSQL connection URL', remedy)];
  }
  if (url.pathname.length < 2)
    return [invalid(subject, 'names no database', 'Add the name of the database at the end: /DATABASE.')];
  const wanted = subject.declared.pooler;
  const actual = poolerOf(url);
  if (wanted === undefined || wanted === actual) return [];
  const leads = actual === 'none' ? 'to the database itself' : `to a pooler in ${actual} mode`;
  return [invalid(subject, `leads ${leads} (port ${url.port || 5432})`, remedies[wanted])];
};

/**
 * Supabase's shared pooler listens in transaction mode on 6543 and in session mode on 5432; a direct host has no
 * `pooler` in its name (docs: Supabase, Connect to your database). PgBouncer elsewhere is told by `pgbouncer=true`.
 */
function poolerOf(url: URL): Pooler {
  if (url.port === '6543' || url.searchParams.get('pgbouncer') === 'true') return 'transaction';
  return /(^|\.)pooler\./.test(url.hostname) ? 'session' : 'none';
}
