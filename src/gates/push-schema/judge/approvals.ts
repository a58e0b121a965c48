import type { PostgresParser } from '../../../clients/postgres-parser.ts';
import type { Migration } from '../migration.ts';
import type { Source } from '../source.ts';
import { type Judged, type JudgeRequest, judge } from './judge.ts';

/** What lets a migration pass that loses data. */
export interface Approvals {
  /** What the configuration says of it. */
  destructive: Source['values']['destructive'];
  /** Names of migrations that somebody has approved. */
  approved: string[];
  /** Who has approved this run for its environment, for a sentence; undefined where nothing is pushed. */
  environmentApproval: (() => Promise<string | undefined>) | undefined;
}

/** Judges the migrations, and asks who has approved the loss of data only where there is one. */
export async function judgeWithApprovals(
  parser: PostgresParser,
  migrations: Migration[],
  request: JudgeRequest,
  approvals: Approvals,
): Promise<Judged[]> {
  const known = { ...request, approved: approvals.approved };
  const judgements = judge(parser, migrations, known);
  if (!judgements.some(losesData)) return judgements;
  return judge(parser, migrations, { ...known, loss: await lossOf(approvals) });
}

/** Whether a migration loses data, and neither its name nor a comment allows it. */
function losesData({ grade, findings }: Judged): boolean {
  return grade === 'irreversible' && findings.some(({ severity }) => severity === 'error');
}

/** How that is told by what `destructive` says; undefined for as each rule tells it. */
async function lossOf({ destructive, environmentApproval }: Approvals): Promise<JudgeRequest['loss']> {
  if (destructive === 'approve') return undefined;
  if (destructive === 'allow') {
    return { severity: 'warning', help: 'Nothing, if it is meant: `destructive: allow` asks for no approval.' };
  }
  if (!environmentApproval) {
    return {
      severity: 'warning',
      help: 'Its push will need a reviewer of the GitHub environment to approve the run.',
    };
  }
  const approval = await environmentApproval();
  if (approval) return { severity: 'notice', help: `Nothing: the run was approved by ${approval}.` };
  return {
    severity: 'error',
    help: 'No reviewer has approved this run for its GitHub environment: set `environment:` of the job, and "Required reviewers" in the settings of that environment; or name the migration in the input `approve`.',
  };
}
