import { type FindingKind, found, type Severity } from '../../../core/finding.ts';
import { placeOf } from '../migration.ts';
import { matchesChecksum } from '../tools/checksum.ts';
import type { LedgerEntry } from '../tools/ledger.ts';
import type { LedgerRule } from './rule.ts';

export const edited: FindingKind = {
  code: 'schema/edited-after-applied',
  severity: 'error',
  boundary: 'data',
  meaning:
    'The script of a migration differs from the one that was applied, so the database does not have what the repository shows.',
  cause: 'A change to a migration that was already applied here, instead of a new migration.',
  help: 'Revert the edit (`git log -p` on the file shows it) and make the change in a new migration.',
};

/**
 * No tool reports this: neither `prisma migrate deploy` nor `prisma migrate status`, nor Drizzle or Supabase. `matches`
 * tells whether a file has a checksum.
 */
export function editedAfterApplied(tool: {
  severity: Severity;
  help: string;
  matches?: (file: string, checksum: string) => boolean;
}): LedgerRule {
  const { severity, help, matches = matchesChecksum } = tool;
  return ({ database, ledger, migrations }) =>
    migrations
      .filter(({ id, file }) => {
        const applied = ledger.entries.filter(entry => entry.id === id && entry.state === 'applied');
        const isSame = ({ checksum }: LedgerEntry) => checksum === undefined || matches(file, checksum);
        return applied.length > 0 && !applied.some(isSame);
      })
      .map(migration =>
        found(edited, {
          message: `The migration ${migration.name} was edited after it was applied to ${database}.`,
          severity,
          help,
          place: placeOf(migration),
        }),
      );
}
