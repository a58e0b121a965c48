import type { FindingKind } from '../../../core/finding.ts';
import { columnsOf } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const notJudgedFinding: FindingKind = {
  code: 'schema/not-judged',
  severity: 'notice',
  boundary: 'data',
  meaning:
    'Only running the migration shows what it does: a block composes its SQL, a procedure is called, or the migration is a program. For going back it counts as breaking.',
  cause: 'EXECUTE within DO, CALL, or a migration in JavaScript.',
  help: 'Write the statements out if they are always the same.',
};

/** The statements of a PL/pgSQL block are judged one by one, except for the SQL that it composes while it runs. */
export const notJudged: SqlRule = {
  kind: notJudgedFinding,
  grade: 'breaking',
  look: {
    DoStmt: (_, { dynamic }) =>
      dynamic ? { message: 'The gate cannot judge the SQL that this block runs with EXECUTE.' } : undefined,
    CallStmt: ({ funccall }) => ({
      message: `The gate cannot judge what the procedure ${columnsOf(funccall?.funcname).join('.')} does.`,
    }),
  },
};
