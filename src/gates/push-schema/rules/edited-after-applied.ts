import { type FindingKind, found } from '../../../core/finding.ts';
import { matchesChecksum } from '../ledgers/checksum.ts';
import { placeOf } from '../migration.ts';
import type { Rule } from './rule.ts';

export const edited: FindingKind = {
  code: 'schema/edited-after-applied',
  severity: 'error',
  boundary: 'data',
  meaning:
    'The script of a migration is not the one that was applied, so the database does not have what the repository says.',
  cause: 'A change to a migration that had already been applied here, instead of a new migration.',
  remedy: 'Take the change back (`git log -p` on the file shows it) and put it into a new migration.',
};

/** No tool says so: neither `prisma migrate deploy` nor `prisma migrate status`, and not Drizzle. */
export function editedAfterApplied(remedy: string): Rule {
  return ({ database, ledger, migrations }) =>
    migrations
      .filter(({ id, file }) => {
        const applied = ledger.entries.filter(entry => entry.id === id && entry.state === 'applied');
        return applied.length > 0 && !applied.some(({ checksum }) => matchesChecksum(file, checksum ?? ''));
      })
      .map(migration =>
        found(edited, {
          seen: `The migration ${migration.name} was edited after it had been applied to ${database}.`,
          remedy,
          place: placeOf(migration),
        }),
      );
}
