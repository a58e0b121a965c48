import type { PostgresSession } from '../../../clients/postgres.ts';
import { isBuilt } from './invalid-index.ts';

const name = '(?:"[^"]+"|\\w+)(?:\\.(?:"[^"]+"|\\w+))?';
const dropping = new RegExp(
  `^drop index concurrently (?:if exists )?(?<index>${name})(?: (?:cascade|restrict))?$`,
  'i',
);
const detaching = new RegExp(
  `^alter table (?:if exists )?(?:only )?(?<parent>${name}) detach partition (?<child>${name}) concurrently$`,
  'i',
);

/**
 * Whether an earlier run has already done a statement outside of a transaction, but was killed before it wrote the
 * ledger. Completes a partition that was detached half-way.
 */
export async function isDoneEarlier(session: PostgresSession, code: string): Promise<boolean> {
  const { index } = dropping.exec(code)?.groups ?? {};
  if (index) return !(await exists(session, index));
  const { parent, child } = detaching.exec(code)?.groups ?? {};
  return parent && child ? isDetached(session, parent, child) : isBuilt(session, code);
}

async function isDetached(session: PostgresSession, parent: string, child: string): Promise<boolean> {
  if (!(await exists(session, parent)) || !(await exists(session, child))) return false;
  const [row] = await session.query<{ half: boolean }>(
    'SELECT inhdetachpending AS half FROM pg_inherits WHERE inhparent = to_regclass($1) AND inhrelid = to_regclass($2)',
    [parent, child],
  );
  if (row && !row.half) return false;
  if (row) await session.query(`ALTER TABLE ${parent} DETACH PARTITION ${child} FINALIZE`);
  return true;
}

async function exists(session: PostgresSession, relation: string): Promise<boolean> {
  const [row] = await session.query<{ exists: boolean }>('SELECT to_regclass($1) IS NOT NULL AS exists', [relation]);
  return row?.exists === true;
}
