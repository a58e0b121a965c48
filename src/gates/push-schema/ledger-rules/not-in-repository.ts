import { type FindingKind, found, type Severity } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { namesOf } from '../migration.ts';
import type { LedgerRule } from './rule.ts';

export const notInRepositoryFinding: FindingKind = {
  code: 'schema/not-in-repository',
  severity: 'error',
  boundary: 'data',
  meaning:
    'The database has migrations that the repository does not know, so it is ahead of the code or astray from it.',
  cause:
    'A release from another branch, a change made in the dashboard, a migration that was deleted, or the wrong database.',
  help: 'Bring the missing migrations into the repository, or take them out of the ledger if they were undone.',
};

/** `{ids}` in the remedy stands for the migrations as arguments of a command, `{quoted}` as values of SQL. */
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
