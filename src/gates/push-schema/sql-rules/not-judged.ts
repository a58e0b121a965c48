import type { FindingKind } from '../../../core/finding.ts';
import { columnsOf } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const notJudgedFinding: FindingKind = {
  code: 'schema/not-judged',
  severity: 'notice',
  boundary: 'data',
  meaning:
    'A block puts SQL together while it runs, a procedure is called, or a migration is a program, so nobody can say beforehand what it does. For going back it counts as breaking.',
  cause: 'EXECUTE within DO, CALL, or a migration in JavaScript.',
  help: 'Write the statements out, if they are always the same.',
};

/** What a block of PL/pgSQL runs is judged statement by statement; only what it makes up while it runs cannot be. */
export const notJudged: SqlRule = {
  kind: notJudgedFinding,
  grade: 'breaking',
  look: {
    DoStmt: (_, { dynamic }) =>
      dynamic ? { message: 'What this block runs with EXECUTE cannot be judged.' } : undefined,
    CallStmt: ({ funccall }) => ({
      message: `What the procedure ${columnsOf(funccall?.funcname).join('.')} does cannot be judged.`,
    }),
  },
};
