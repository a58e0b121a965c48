import { editedAfterApplied } from '../ledger-rules/edited-after-applied.ts';
import { notInRepository } from '../ledger-rules/not-in-repository.ts';

/** What both of Drizzle's layouts, before and since 1.0, ask of a ledger. */
export const drizzleRules = [
  editedAfterApplied({
    severity: 'error',
    help: 'Revert the edit (`git log -p` on the file shows it) and make the change in a new migration: `npx drizzle-kit generate`.',
  }),
  notInRepository({
    severity: 'warning', // the tool goes on
    help: 'Restore the migration from the branch or release that applied it, so that the repository is complete.',
  }),
];
