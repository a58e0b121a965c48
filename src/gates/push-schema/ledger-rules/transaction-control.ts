import { type FindingKind, found } from '../../../core/finding.ts';
import { placeOf, runnable } from '../migration.ts';
import type { LedgerRule } from './rule.ts';

export const transactionControlFinding: FindingKind = {
  code: 'schema/transaction-control',
  severity: 'error',
  boundary: 'data',
  meaning:
    'A migration ends its own transaction in the middle of its script, so a later failure would leave it half applied.',
  cause:
    'COMMIT, ROLLBACK or BEGIN in the middle of a script. Pairs of BEGIN and COMMIT are fine: the gate applies all of them in one transaction.',
  help: 'Split the migration where its transaction ends: each migration is one transaction.',
};

const control = /^(begin|start transaction|commit|end|rollback|abort|prepare transaction)\b(?!.* to\b)/i;

/** Scripts without one of these words need not be split into statements. */
const hint = /\b(begin|start|commit|end|rollback|abort|prepare)\b/i;

export const transactionControl: LedgerRule = ({ pending }) =>
  pending
    .filter(({ script }) => hint.test(script))
    .flatMap(migration =>
      runnable(migration)
        .statements.filter(({ code }) => control.test(code))
        .map(statement =>
          found(transactionControlFinding, {
            message: `${migration.name} contains ${statement.code} within its script.`,
            place: placeOf(migration, statement),
          }),
        ),
    );
