import type { Finding } from '../../core/finding.ts';
import { canBeResumed, type Ledger, type LedgerState } from './ledgers/ledger.ts';
import type { Migration } from './migration.ts';
import { needsNoTransaction } from './rules/needs-no-transaction.ts';
import { psqlCommand } from './rules/psql-command.ts';
import type { Comparison, Rule } from './rules/rule.ts';
import { transactionControl } from './rules/transaction-control.ts';

/** What a push would do, and what speaks against it. */
export interface Plan {
  pending: Migration[];
  findings: Finding[];
}

/** What must hold of pending migrations, whatever the tool. */
const rules: Rule[] = [needsNoTransaction, transactionControl, psqlCommand];

export function planOf(
  ledger: Ledger,
  state: LedgerState,
  { database, place, migrations }: Pick<Comparison, 'database' | 'place' | 'migrations'>,
): Plan {
  const done = state.entries.filter(entry => !canBeResumed(entry, migrations));
  const known = new Set(done.map(({ id }) => id));
  const pending = migrations.filter(({ id }) => !known.has(id));
  const comparison = { database, place, migrations, ledger: state, pending };
  return { pending, findings: [...ledger.rules, ...rules].flatMap(rule => rule(comparison)) };
}
