import { loadPostgresParser } from '../../../clients/postgres-parser.ts';
import { type Check, concludeFrom } from '../../../core/check.ts';
import { type Approvals, judgeWithApprovals } from '../judge/approvals.ts';
import { countGrades } from '../judge/grade.ts';
import type { Migration } from '../migration.ts';
import type { Proposal } from './proposal.ts';

/** Judges the SQL of the change, knowing what the other migrations create. */
export function judgementCheck({ source, tool, ...proposal }: Proposal, approved: string[]): Check {
  const { values } = source;
  const settings = {
    rowLevelSecurity: values['row-level-security'] ?? tool.hasPublicApi ?? false,
    idempotent: values.idempotent,
    allow: values.allow,
  };
  const approvals: Approvals = { destructive: values.destructive, approved, environmentApproval: undefined };
  const judge = async (migrations: Migration[], earlier: Migration[]) =>
    judgeWithApprovals(await loadPostgresParser(), migrations, { earlier, settings }, approvals);
  return {
    name: `${source.name}.judgement`,
    boundary: 'data',
    run: async () => {
      const { migrations, pending, modified } = proposal;
      const before = migrations.filter(migration => !pending.includes(migration));
      const unchanged = before.filter(migration => !modified.includes(migration));
      const judgements = [...(await judge(modified, unchanged)), ...(await judge(pending, before))];
      return concludeFrom(
        judgements.flatMap(({ findings }) => findings),
        countGrades(judgements),
      );
    },
  };
}
