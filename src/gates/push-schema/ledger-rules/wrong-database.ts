import { type FindingKind, found } from '../../../core/finding.ts';
import { namesOf } from '../migration.ts';
import type { LedgerRule } from './rule.ts';

export const wrongDatabaseFinding: FindingKind = {
  code: 'schema/wrong-database',
  severity: 'error',
  boundary: 'data',
  meaning:
    'The database has a ledger, but the repository has none of its migrations: it is most likely another database.',
  cause: 'The connection string of another project or service, or `migrations` that points at another folder.',
  help: 'Compare the connection string and the folder. If both are right, restore the migrations of the ledger in the repository.',
};

export const wrongDatabase: LedgerRule = ({ database, ledger, migrations, place }) => {
  const applied = ledger.entries.filter(({ state }) => state === 'applied');
  const known = new Set(migrations.map(({ id }) => id));
  if (applied.length === 0 || applied.some(({ id }) => known.has(id))) return [];
  const names = namesOf(applied.map(({ id }) => ({ name: id })));
  const message = `The ledger of ${database} has ${names}; the repository has none of its migrations.`;
  return [found(wrongDatabaseFinding, { message, place })];
};
