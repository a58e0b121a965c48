import { type FindingKind, found } from '../../../core/finding.ts';
import { placeOf, runnable } from '../migration.ts';
import type { LedgerRule } from './rule.ts';

export const transactionControlFinding: FindingKind = {
  code: 'schema/transaction-control',
  severity: 'error',
  boundary: 'data',
  meaning:
    'A migration ends its transaction on its own way through, so a failure after that would leave it half applied.',
  cause: 'COMMIT, ROLLBACK or BEGIN in the middle of a script. One pair around the whole script is fine.',
  help: 'Split the migration where its transaction ends; each migration is one transaction of its own.',
};

const control = /^(begin|start transaction|commit|end|rollback|abort|prepare transaction)\b(?!.* to\b)/i;

/** Without one of these words there is nothing to look for, and a thousand scripts need not be taken apart. */
const hint = /\b(begin|start|commit|end|rollback|abort|prepare)\b/i;

export const transactionControl: LedgerRule = ({ pending }) =>
  pending
    .filter(({ script }) => hint.test(script))
    .flatMap(migration =>
      runnable(migration)
        .statements.filter(({ code }) => control.test(code))
        .map(statement =>
          found(transactionControlFinding, {
            message: `${migration.name} has ${statement.code} within its script.`,
            place: placeOf(migration, statement),
          }),
        ),
    );
