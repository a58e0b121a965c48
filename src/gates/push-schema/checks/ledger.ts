import type { Check, Outcome } from '../../../core/check.ts';
import { judged } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { Database } from '../database.ts';
import { inspect } from '../lints/inspect.ts';
import { namesOf } from '../migration.ts';
import type { Target } from '../options.ts';

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
  const { findings } = await database.explaining(() => database.plan());
  database.inspection = await database.explaining(() => inspect(database.session, target.rowLevelSecurity));
  database.before = database.head;
  return judged([...database.faults, ...findings], detailOf(database));
}

function detailOf({ pending, head, ledger }: Database): string {
  const at = head === undefined ? 'nothing applied yet' : `at ${head}`;
  return `${ledger.tool}, ${at}, ${pending.length === 0 ? 'nothing pending' : `${pending.length} pending: ${namesOf(pending)}`}`;
}
