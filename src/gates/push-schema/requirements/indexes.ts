import type { PostgresSession } from '../../../clients/postgres.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Target } from '../target.ts';

export const missingIndex: FindingKind = {
  code: 'schema/missing-index',
  severity: 'error',
  boundary: 'data',
  meaning: 'No valid index begins with columns that the code filters by, so its queries scan the whole table.',
  cause: 'A migration that was never written, a dropped index, or an invalid one.',
  help: 'Write a migration with `CREATE INDEX CONCURRENTLY <index> ON <table> (<columns>)`, or correct `require`.',
};

export async function findMissingIndexes(session: PostgresSession, target: Target): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [table, { indexes }] of target.require) {
    if (indexes.length === 0) continue;
    const rows = await session.query<{ columns: string[] }>(
      `SELECT ARRAY(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY k (number, place)
              JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number ORDER BY k.place) AS columns
       FROM pg_index i WHERE i.indrelid = to_regclass($1) AND i.indisvalid`,
      [quoteRegclass(table)],
    );
    for (const wanted of indexes) {
      const covers = ({ columns }: { columns: string[] }) => {
        return wanted.every(column => columns.slice(0, wanted.length).includes(column));
      };
      if (rows.some(covers)) continue;
      const message = `${table} of ${target.name} has no valid index on ${wanted.join(', ')}.`;
      findings.push(found(missingIndex, { message, place: target.placeOf('require', table) }));
    }
  }
  return findings;
}

/** `schema.table` with each part quoted, as `to_regclass` reads it. */
export function quoteRegclass(table: string): string {
  return table
    .split('.')
    .map(part => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}
