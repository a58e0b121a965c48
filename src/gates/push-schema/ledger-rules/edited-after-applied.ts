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
    'The script of a migration is not the one that was applied, so the database does not have what the repository says.',
  cause: 'A change to a migration that had already been applied here, instead of a new migration.',
  help: 'Take the change back (`git log -p` on the file shows it) and put it into a new migration.',
};

/**
 * No tool says so: neither `prisma migrate deploy` nor `prisma migrate status`, and not Drizzle or Supabase. `matches`
 * says whether a file is the one of a checksum.
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
          message: `The migration ${migration.name} was edited after it had been applied to ${database}.`,
          severity,
          help,
          place: placeOf(migration),
        }),
      );
}
