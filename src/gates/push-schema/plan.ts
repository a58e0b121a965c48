import type { Finding } from '../../core/finding.ts';
import { needsNoTransaction } from './ledger-rules/needs-no-transaction.ts';
import { needsOwnTool } from './ledger-rules/needs-own-tool.ts';
import { psqlCommand } from './ledger-rules/psql-command.ts';
import type { Comparison, Rule } from './ledger-rules/rule.ts';
import { transactionControl } from './ledger-rules/transaction-control.ts';
import { wrongDatabase } from './ledger-rules/wrong-database.ts';
import type { Ledger } from './ledgers/ledger.ts';
import { canBeResumed, type LedgerState } from './ledgers/state.ts';
import type { Migration } from './migration.ts';

/** What a push would do, and what speaks against it. */
export interface Plan {
  pending: Migration[];
  findings: Finding[];
}

/** What must hold of the scripts that this gate applies itself. */
const rulesOfOurs: Rule[] = [needsNoTransaction, transactionControl, psqlCommand];

/** What must hold of pending scripts, whatever the tool and the database. */
export function findingsOfScripts(comparison: Comparison): Finding[] {
  const rules = [needsOwnTool, ...(comparison.hasCommand ? [] : rulesOfOurs)];
  return rules.flatMap(rule => rule(comparison));
}

export function planOf(
  ledger: Ledger,
  state: LedgerState,
  { database, place, migrations, hasCommand }: Pick<Comparison, 'database' | 'place' | 'migrations' | 'hasCommand'>,
): Plan {
  const done = state.entries.filter(entry => !canBeResumed(entry, { migrations, hasCommand }));
  const known = new Set(done.map(({ id }) => id));
  const pending = migrations.filter(({ id }) => !known.has(id));
  const comparison = { database, place, migrations, ledger: state, pending, hasCommand };
  return {
    pending,
    findings: [...[...ledger.rules, wrongDatabase].flatMap(rule => rule(comparison)), ...findingsOfScripts(comparison)],
  };
}
