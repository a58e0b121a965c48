import { loadPostgresParser } from '../../../clients/postgres-parser.ts';
import { type Check, concludeFrom } from '../../../core/check.ts';
import { type Approvals, judgeWithApprovals } from '../judge/approvals.ts';
import { countOf } from '../judge/grade.ts';
import type { JudgeRequest } from '../judge/judge.ts';
import type { Paper } from './paper.ts';

/** Judges the SQL, knowing what the other migrations have made. */
export function judgementCheck(paper: Paper, approved: string[]): Check {
  return {
    name: `${paper.source.name}.judgement`,
    boundary: 'data',
    run: async () => {
      const { migrations, pending, modified } = paper;
      const before = migrations.filter(migration => !pending.includes(migration));
      const unchanged = before.filter(migration => !modified.includes(migration));
      const judgements = [...(await judge(modified, unchanged)), ...(await judge(pending, before))];
      return concludeFrom(
        judgements.flatMap(({ findings }) => findings),
        countOf(judgements),
      );
    },
  };

  async function judge(migrations: Paper['migrations'], earlier: Paper['migrations']) {
    const { values } = paper.source;
    const settings: JudgeRequest['settings'] = {
      rowLevelSecurity: values['row-level-security'] ?? paper.tool === 'supabase', // every project of which has the role `anon`
      idempotent: values.idempotent,
    };
    const approvals: Approvals = { destructive: values.destructive, approved, environmentApproval: undefined };
    return judgeWithApprovals(await loadPostgresParser(), migrations, { earlier, settings }, approvals);
  }
}
