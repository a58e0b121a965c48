import type { PostgresSession } from '../../clients/postgres.ts';
import type { Finding } from '../../core/finding.ts';
import type { Database } from './database.ts';
import { needsNoTransaction } from './ledger-rules/needs-no-transaction.ts';
import { needsOwnTool } from './ledger-rules/needs-own-tool.ts';
import { psqlCommand } from './ledger-rules/psql-command.ts';
import type { Comparison, LedgerRule } from './ledger-rules/rule.ts';
import { transactionControl } from './ledger-rules/transaction-control.ts';
import { wrongDatabase } from './ledger-rules/wrong-database.ts';
import type { Inspection } from './live-lints/inspect.ts';
import type { Migration } from './migration.ts';
import { canResume, findHead, type LedgerState } from './tools/ledger.ts';

/** How far a database is. */
export interface Standing {
  /** The name of the newest applied migration; undefined where none is applied. */
  head: string | undefined;
  /** The migrations that are still to be applied. */
  pending: Migration[];
}

/** What a push would do, and what is wrong with that. */
export interface Plan extends Standing {
  state: LedgerState;
  /** Migrations to record as applied, since the database already has them but no ledger. */
  baseline: Migration[];
  findings: Finding[];
}

/** An opened database with its plan, before the gate changes anything. */
export interface Planned {
  database: Database;
  plan: Plan;
  /** What the lints find before the push. */
  inspection: Inspection;
}

/** Compares the ledger with the repository; `session` is another one where the database's own is lost. */
export async function createPlan(database: Database, session: PostgresSession = database.session): Promise<Plan> {
  const { target, tool, migrations } = database;
  const actual = await tool.ledger.read(session, migrations);
  const baseline = actual.exists ? [] : listBaseline(database);
  const state = baseline.length > 0 ? assumeApplied(baseline) : actual;
  const hasCommand = target.command !== undefined;
  const done = state.entries.filter(entry => !canResume(entry, { migrations, hasCommand })).map(({ id }) => id);
  const known = new Set(done);
  const pending = migrations.filter(({ id }) => !known.has(id));
  const comparison = { database: target.name, place: target.place, migrations, ledger: state, pending, hasCommand };
  const findings = [...tool.rules, wrongDatabase].flatMap(rule => rule(comparison));
  const newest = findHead(state);
  return {
    state,
    head: migrations.find(({ id }) => id === newest)?.name ?? newest,
    pending,
    baseline,
    findings: [...findings, ...checkScripts(comparison)],
  };
}

/** The migrations up to `baseline`; none where the configuration has none or it names an unknown migration. */
export function listBaseline({ target: { baseline }, migrations }: Database): Migration[] {
  const last = migrations.findIndex(({ name, id }) => name === baseline || id === baseline);
  return migrations.slice(0, last + 1);
}

function assumeApplied(migrations: Migration[]): LedgerState {
  const entries = migrations.map(({ id }) => ({ id, state: 'applied' as const }));
  return { exists: false, entries, strangers: [] };
}

/** For scripts that the gate applies itself. */
const ownRules: LedgerRule[] = [needsNoTransaction, transactionControl, psqlCommand];

/** What must hold of pending scripts, whatever the tool and the database. */
export function checkScripts(comparison: Comparison): Finding[] {
  const rules = [needsOwnTool, ...(comparison.hasCommand ? [] : ownRules)];
  return rules.flatMap(rule => rule(comparison));
}
