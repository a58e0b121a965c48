import { GateError } from '../../../core/errors.ts';
import { found } from '../../../core/finding.ts';
import { needsOwnToolFinding } from '../ledger-rules/needs-own-tool.ts';
import { notInRepository } from '../ledger-rules/not-in-repository.ts';
import { stuckLock } from '../ledger-rules/stuck-lock.ts';
import type { Ledger } from './ledger.ts';
import { unlessMissing } from './missing-table.ts';
import { ownLock } from './own-lock.ts';

/** `knex_migrations`, which is only read: its migrations are programs. knex: lib/migrations/migrate. */
export const knexLedger: Ledger = {
  tool: 'knex',
  lockKey: ownLock,
  takesLock: true,
  rules: [
    stuckLock,
    notInRepository({
      severity: 'error', // the tool calls the directory corrupt
      help: 'Bring the migration back from the branch or release that applied it.',
    }),
  ],

  schema: ({ address }) => address.schema ?? 'public',

  read: async session => {
    const rows = await unlessMissing(session.query<{ name: string }>('SELECT name FROM knex_migrations ORDER BY id'));
    const locks = await unlessMissing(session.query('SELECT FROM knex_migrations_lock WHERE is_locked = 1'));
    const entries = (rows ?? []).map(({ name }) => ({ id: name, state: 'applied' as const }));
    return { exists: rows !== undefined, entries, strangers: [], stuck: (locks ?? []).length > 0 };
  },

  prepare: refuse,
  started: refuse,
  finished: refuse,
  failed: refuse,
};

async function refuse(): Promise<void> {
  throw new GateError([found(needsOwnToolFinding, { message: 'Migrations of knex are applied by knex.' })]);
}
