import { type FindingKind, found } from '../../../core/finding.ts';
import { placeOf } from '../migration.ts';
import type { LedgerRule } from './rule.ts';

export const needsOwnToolFinding: FindingKind = {
  code: 'schema/needs-own-tool',
  severity: 'error',
  boundary: 'data',
  meaning: 'A migration is a program and no SQL, so only the tool that it was written for can apply it.',
  cause: 'Migrations of knex, or of node-pg-migrate in JavaScript.',
  help: 'Set `apply` to the command that applies them, such as `npx knex migrate:latest`: the gate then plans and verifies around it.',
};

/** With a command of its own, all there is to say of such migrations is that nobody can judge them. */
export const needsOwnTool: LedgerRule = ({ pending, hasCommand }) =>
  pending
    .filter(({ isProgram }) => isProgram && !hasCommand)
    .map(migration =>
      found(needsOwnToolFinding, { message: `${migration.name} is a program.`, place: placeOf(migration) }),
    );
