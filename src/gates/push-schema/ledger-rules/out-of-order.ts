import { type FindingKind, found, type Severity } from '../../../core/finding.ts';
import { placeOf } from '../migration.ts';
import { findHead } from '../tools/ledger.ts';
import type { LedgerRule } from './rule.ts';

export const outOfOrderFinding: FindingKind = {
  code: 'schema/out-of-order',
  severity: 'error',
  boundary: 'data',
  meaning: 'A pending migration is older than an applied one.',
  cause: 'Two branches each added a migration, and the one with the newer migration was released first.',
  help: 'Give the migration a later version, so that it is applied in the order in which it was tested.',
};

/** In `help`, `{ids}` stands for the migration. */
export function outOfOrder(tool: { severity: Severity; help: string }): LedgerRule {
  return ({ database, ledger, migrations, pending }) => {
    const head = findHead(ledger);
    if (head === undefined) return [];
    const newer = migrations.find(({ id }) => id === head)?.name ?? head;
    return pending
      .filter(({ id }) => id < head)
      .map(migration =>
        found(outOfOrderFinding, {
          message: `The migration ${migration.name} is older than ${newer}, which ${database} already has.`,
          severity: tool.severity,
          help: tool.help.replace('{ids}', migration.id),
          place: placeOf(migration),
        }),
      );
  };
}
