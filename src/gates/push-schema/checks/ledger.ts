import { connectPostgres } from '../../../clients/postgres.ts';
import { sharesSessions } from '../../../clients/postgres-pooler.ts';
import { unknownReference } from '../../../config/findings.ts';
import type { Check, Outcome } from '../../../core/check.ts';
import { concludeFrom } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { GateError } from '../../../core/errors.ts';
import { found } from '../../../core/finding.ts';
import { suggestName } from '../../../core/nearest.ts';
import { Database } from '../database.ts';
import { missingRights } from '../ledgers/rights.ts';
import { inspect } from '../live-lints/inspect.ts';
import { namesOf } from '../migration.ts';
import { type Target, transactionPooler } from '../options.ts';

/** Opens the database and plans the push. `opened` is handed the database, whose session outlives this check. */
export function ledgerCheck(target: Target, context: GateContext, opened: (database: Database) => void): Check {
  return {
    name: `${target.name}.ledger`,
    boundary: 'data',
    run: () => plan(target, context, opened),
  };
}

async function plan(target: Target, context: GateContext, opened: (database: Database) => void): Promise<Outcome> {
  const database = await Database.open(target, context);
  opened(database);
  const { session, ledger } = database;
  if (await database.explaining(() => sharesSessions(session, () => database.connect(context)))) {
    const message = `The connection string of ${target.name} leads to a pooler in transaction mode: two connections were served by one session.`;
    throw new GateError([found(transactionPooler, { message, place: target.placeOf('database') })]);
  }
  if (target.baseline && database.baseline.length === 0) throw unknownBaseline(target.baseline, database);
  await reachOther(target, context);
  const { findings, state } = await database.explaining(() => database.plan());
  if (!state.exists && !target.command) {
    const missing = await database.explaining(() => missingRights(session, ledger.schema(session), target));
    if (missing.length > 0) throw new GateError([...missing, ...findings]);
  }
  database.inspection = await database.explaining(() => inspect(database.session, target.rowLevelSecurity));
  database.before = database.head;
  return concludeFrom([...database.faults, ...findings], detailOf(database));
}

/** What is to be compared with after the push must be reached before anything is changed. */
async function reachOther({ compareWith, placeOf }: Target, { signal, workspace }: GateContext): Promise<void> {
  if (!compareWith) return;
  const other = await connectPostgres(compareWith, { signal, folder: workspace, place: placeOf('compare-with') });
  await other.close();
}

function unknownBaseline(baseline: string, { target, migrations }: Database): GateError {
  const message = `\`baseline\` of ${target.name} names the migration "${baseline}", which is not in ${target.folder}.`;
  const names = migrations.map(({ name }) => name);
  return new GateError([
    found(unknownReference, { message, help: suggestName(baseline, names), place: target.placeOf('baseline') }),
  ]);
}

function detailOf({ pending, head, ledger }: Database): string {
  const at = head === undefined ? 'nothing applied yet' : `at ${head}`;
  return `${ledger.tool}, ${at}, ${pending.length === 0 ? 'nothing pending' : `${pending.length} pending: ${namesOf(pending)}`}`;
}
