import { type FindingKind, found, type Severity } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { namesOf } from '../migration.ts';
import type { LedgerRule } from './rule.ts';

export const notInRepositoryFinding: FindingKind = {
  code: 'schema/not-in-repository',
  severity: 'error',
  boundary: 'data',
  meaning:
    'The database has migrations that the repository does not have, so it is ahead of the code or on another branch.',
  cause: 'A release from another branch, a change made in the dashboard, a deleted migration, or the wrong database.',
  help: 'Restore the missing migrations in the repository. If they were undone, remove them from the ledger.',
};

/** In `help`, `{ids}` stands for the migrations as arguments of a command, and `{quoted}` as values of SQL. */
export function notInRepository(tool: { severity: Severity; help: string }): LedgerRule {
  return ({ database, ledger, migrations, place }) => {
    const known = new Set(migrations.map(({ id }) => id));
    const missing = ledger.entries.filter(({ id, state }) => state === 'applied' && !known.has(id));
    if (missing.length === 0) return [];
    const ids = missing.map(({ id }) => id);
    return [
      found(notInRepositoryFinding, {
        message: `The database ${database} has ${pluralize(missing.length, 'migration')} that the repository does not have: ${namesOf(ids.map(name => ({ name })))}.`,
        severity: tool.severity,
        help: tool.help.replace('{ids}', ids.join(' ')).replace('{quoted}', ids.map(id => `'${id}'`).join(', ')),
        place,
      }),
    ];
  };
}
