import { loadPostgresParser } from '../../../clients/postgres-parser.ts';
import { type Check, judged, type Outcome } from '../../../core/check.ts';
import type { Database } from '../database.ts';
import { type Judged, type JudgeRequest, judge, namesIn } from '../judge/judge.ts';
import { liveTables } from '../judge/live.ts';
import type { Grade } from '../judge/rule.ts';
import type { PushSchemaOptions, Target } from '../options.ts';

type Approvals = Pick<PushSchemaOptions, 'approved' | 'environmentApproval' | 'mode'>;

/** Judges the SQL that is to be applied, knowing the tables that it is applied to. */
export function judgementCheck(database: Database, approvals: Approvals): Check {
  return {
    name: `${database.target.name}.judgement`,
    boundary: 'data',
    run: () => database.explaining(() => judgement(database, approvals)),
  };
}

async function judgement(database: Database, approvals: Approvals): Promise<Outcome> {
  const { session, target, pending } = database;
  const names = [...new Set(pending.flatMap(({ script }) => namesIn(script)))];
  const live = await liveTables(session, names);
  const anonymous = await session.query("SELECT FROM pg_roles WHERE rolname = 'anon'");
  const parser = await loadPostgresParser();
  const request: JudgeRequest = {
    live,
    serverVersion: Math.floor(session.serverVersion / 10000),
    approved: approvals.approved ?? [],
    defaultSchema: target.address.schema ?? 'public',
    settings: {
      // Whoever has the public key of a Supabase project is the role `anon` in its exposed schema.
      rowLevelSecurity: target.rowLevelSecurity ?? anonymous.length > 0,
      idempotent: target.idempotent,
    },
  };
  let judgements = judge(parser, pending, request);
  if (judgements.some(losesData)) {
    const loss = await lossOf(target, approvals);
    judgements = judge(parser, pending, { ...request, loss });
  }
  database.grades = new Map(judgements.map(({ migration, grade, because }) => [migration.id, { grade, because }]));
  return judged(
    judgements.flatMap(({ findings }) => findings),
    detailOf(judgements),
  );
}

/** Whether a migration loses data, and neither its name nor a comment allows it. */
function losesData({ grade, findings }: Judged): boolean {
  return grade === 'irreversible' && findings.some(({ severity }) => severity === 'error');
}

/** How that is told by what `destructive` says; undefined for as each rule tells it. */
async function lossOf(
  { destructive }: Target,
  { mode, environmentApproval }: Approvals,
): Promise<JudgeRequest['loss']> {
  if (destructive === 'approve') return undefined;
  if (destructive === 'allow') {
    return { severity: 'warning', remedy: 'Nothing, if it is meant: `destructive: allow` asks for no approval.' };
  }
  if (mode !== 'push') {
    return {
      severity: 'warning',
      remedy: 'Its push will need a reviewer of the GitHub environment to approve the run.',
    };
  }
  const approval = await environmentApproval?.();
  if (approval) return { severity: 'notice', remedy: `Nothing: the run was approved by ${approval}.` };
  return {
    severity: 'error',
    remedy:
      'No reviewer has approved this run for its GitHub environment: set `environment:` of the job, and "Required reviewers" in the settings of that environment; or name the migration in the input `approve`.',
  };
}

/** `3 compatible, 1 breaking` */
function detailOf(judgements: Judged[]): string {
  const grades: Grade[] = ['compatible', 'breaking', 'irreversible'];
  return grades
    .map(grade => [grade, judgements.filter(judged => judged.grade === grade)] as const)
    .filter(([, those]) => those.length > 0)
    .map(([grade, those]) => `${those.length} ${grade}`)
    .join(', ');
}
