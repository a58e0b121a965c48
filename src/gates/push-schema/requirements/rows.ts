import type { PostgresSession } from '../../../clients/postgres.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import type { Target } from '../target.ts';
import { quoteRegclass } from './indexes.ts';

export const tooFewRows: FindingKind = {
  code: 'schema/too-few-rows',
  severity: 'error',
  boundary: 'data',
  meaning: 'A table has fewer rows than the code needs to work.',
  cause: 'Initial data that was never loaded into this environment, or that was deleted.',
  help: 'Load the initial data with a migration, or correct `rows`.',
};

/** Stops counting at the required number, so a large table costs no more than a small one. */
export async function findMissingRows(session: PostgresSession, target: Target): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [table, { rows: wanted }] of target.require) {
    if (wanted === 0) continue;
    const [there] = await session.query('SELECT WHERE to_regclass($1) IS NOT NULL', [quoteRegclass(table)]);
    if (!there) continue; // a missing table has its own finding
    const [counted] = await session.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM (SELECT FROM ${quoteRegclass(table)} LIMIT ${wanted}) AS counted`,
    );
    const count = counted?.count ?? 0;
    if (count >= wanted) continue;
    const message = `${table} of ${target.name} has ${pluralize(count, 'row')}, but the code needs at least ${wanted}.`;
    findings.push(found(tooFewRows, { message, place: target.placeOf('require', table) }));
  }
  return findings;
}
