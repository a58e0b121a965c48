import { type FindingKind, found } from '../../../core/finding.ts';
import { placeOf } from '../migration.ts';
import type { LedgerRule } from './rule.ts';

export const needsOwnToolFinding: FindingKind = {
  code: 'schema/needs-own-tool',
  severity: 'error',
  boundary: 'data',
  meaning: 'A migration is a program, not SQL, so only its own tool can apply it.',
  cause: 'Migrations of knex, or of node-pg-migrate in JavaScript.',
  help: 'Set `apply` to the command that applies the migrations, such as `npx knex migrate:latest`. The gate then plans and verifies around it.',
};

/** With a command that applies them, such migrations are fine; the judgement reports that it cannot judge them. */
export const needsOwnTool: LedgerRule = ({ pending, hasCommand }) =>
  pending
    .filter(({ isProgram }) => isProgram && !hasCommand)
    .map(migration =>
      found(needsOwnToolFinding, {
        message: `${migration.name} is a program, and the configuration has no command to apply it.`,
        place: placeOf(migration),
      }),
    );
