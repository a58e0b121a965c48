import type { PostgresParser } from '../../../clients/postgres-parser.ts';
import type { Migration } from '../migration.ts';
import type { Source } from '../source.ts';
import { type Judged, type JudgeRequest, judge } from './judge.ts';

/** What allows a migration to lose data. */
export interface Approvals {
  /** The setting of that name. */
  destructive: Source['values']['destructive'];
  /** The names in the input `approve`. */
  approved: string[];
  /** Names who approved this run for its environment, for a sentence; undefined where nothing is pushed. */
  environmentApproval: (() => Promise<string | undefined>) | undefined;
}

/** Judges the migrations. Asks who approved a loss of data only where there is one. */
export async function judgeWithApprovals(
  parser: PostgresParser,
  migrations: Migration[],
  request: JudgeRequest,
  approvals: Approvals,
): Promise<Judged[]> {
  const known = { ...request, approved: approvals.approved };
  const judgements = judge(parser, migrations, known);
  if (!judgements.some(losesData)) return judgements;
  return judge(parser, migrations, { ...known, loss: await decideLoss(approvals) });
}

/** Whether a migration loses data without being allowed by its name or by a comment. */
function losesData({ grade, findings }: Judged): boolean {
  return grade === 'irreversible' && findings.some(({ severity }) => severity === 'error');
}

/** Severity and help for a loss of data, by `destructive`; undefined for those of each rule. */
async function decideLoss({ destructive, environmentApproval }: Approvals): Promise<JudgeRequest['loss']> {
  if (destructive === 'approve') return undefined;
  if (destructive === 'allow') {
    return { severity: 'warning', help: 'Check that this is intended: `destructive: allow` requires no approval.' };
  }
  if (!environmentApproval) {
    return {
      severity: 'warning',
      help: 'Before the push, a reviewer of the GitHub environment must approve the run.',
    };
  }
  const approval = await environmentApproval();
  if (approval) return { severity: 'notice', help: `No action needed: the run was approved by ${approval}.` };
  return {
    severity: 'error',
    help: 'Set `environment:` of the job, and "Required reviewers" in the settings of that environment: no reviewer has approved this run for its GitHub environment. Or name the migration in the input `approve`.',
  };
}
