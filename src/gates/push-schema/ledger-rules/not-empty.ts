import { type FindingKind, found } from '../../../core/finding.ts';
import { namesOf } from '../migration.ts';
import type { LedgerRule } from './rule.ts';

export const notEmptyFinding: FindingKind = {
  code: 'schema/not-empty',
  severity: 'error',
  boundary: 'data',
  meaning: 'The database has tables but no ledger, so the gate cannot know which migrations they come from (P3005).',
  cause: 'A schema made by `prisma db push`, by another tool or by hand, or the connection string of another database.',
  help: 'Check that it is the right database. If it is, baseline it: set `baseline` to the last migration that it already has.',
};

export function notEmpty(help: string): LedgerRule {
  return ({ database, ledger, place }) => {
    if (ledger.exists || ledger.strangers.length === 0) return [];
    const tables = namesOf(ledger.strangers.map(name => ({ name })));
    const message = `The database ${database} has no ledger of migrations but is not empty: it has ${tables}.`;
    return [found(notEmptyFinding, { message, help, place })];
  };
}
