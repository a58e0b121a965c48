import { loadPostgresParser } from '../../../clients/postgres-parser.ts';
import { type Check, judged, type Outcome } from '../../../core/check.ts';
import type { Database } from '../database.ts';
import { type Judged, judge, namesIn } from '../judge/judge.ts';
import { liveTables } from '../judge/live.ts';
import type { Grade } from '../judge/rule.ts';

/** Judges the SQL that is to be applied, knowing the tables that it is applied to. */
export function judgementCheck(database: Database, approved: string[]): Check {
  return {
    name: `${database.target.name}.judgement`,
    boundary: 'data',
    run: () => database.explaining(() => judgement(database, approved)),
  };
}

async function judgement(database: Database, approved: string[]): Promise<Outcome> {
  const { session, target, pending } = database;
  const names = [...new Set(pending.flatMap(({ script }) => namesIn(script)))];
  const live = await liveTables(session, names);
  const anonymous = await session.query("SELECT FROM pg_roles WHERE rolname = 'anon'");
  const judgements = judge(await loadPostgresParser(), pending, {
    live,
    serverVersion: Math.floor(session.serverVersion / 10000),
    approved,
    destructiveAllowed: target.destructive === 'allow',
    defaultSchema: target.address.schema ?? 'public',
    settings: {
      // Whoever has the public key of a Supabase project is the role `anon` in its exposed schema.
      rowLevelSecurity: target.rowLevelSecurity ?? anonymous.length > 0,
      idempotent: target.idempotent,
    },
  });
  database.grades = new Map(judgements.map(({ migration, grade, because }) => [migration.id, { grade, because }]));
  return judged(
    judgements.flatMap(({ findings }) => findings),
    detailOf(judgements),
  );
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
