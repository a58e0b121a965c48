import { loadPostgresParser } from '../../../clients/postgres-parser.ts';
import { type Check, concludeFrom, type Outcome } from '../../../core/check.ts';
import { liveFunctions } from '../catalog/live-functions.ts';
import { liveTables } from '../catalog/live-tables.ts';
import type { Database } from '../database.ts';
import { type Approvals, judgeWithApprovals } from '../judge/approvals.ts';
import { countOf } from '../judge/grade.ts';
import { type JudgeRequest, namesIn } from '../judge/judge.ts';

/** Judges the SQL that is to be applied, knowing the tables that it is applied to. */
export function judgementCheck(database: Database, approvals: Omit<Approvals, 'destructive'>): Check {
  return {
    name: `${database.target.name}.judgement`,
    boundary: 'data',
    run: () => database.explaining(() => judgement(database, approvals)),
  };
}

async function judgement(database: Database, approvals: Omit<Approvals, 'destructive'>): Promise<Outcome> {
  const { target, pending } = database;
  const [parser, request] = await Promise.all([loadPostgresParser(), requestOf(database)]);
  const judgements = await judgeWithApprovals(parser, pending, request, {
    ...approvals,
    destructive: target.destructive,
  });
  database.grades = new Map(judgements.map(({ migration, grade, because }) => [migration.id, { grade, because }]));
  return concludeFrom(
    judgements.flatMap(({ findings }) => findings),
    countOf(judgements),
  );
}

/** What the database says of all that the pending scripts name. */
async function requestOf({ session, target, pending }: Database): Promise<JudgeRequest> {
  const words = new Set<string>();
  for (const { script } of pending) for (const name of namesIn(script)) words.add(name);
  const names = [...words];
  const live = await liveTables(session, names);
  const [{ path } = { path: [] }] = await session.query<{ path: string[] }>(
    'SELECT current_schemas(false)::text[] AS path',
  );
  const anonymous = await session.query("SELECT FROM pg_roles WHERE rolname = 'anon'");
  return {
    live,
    liveFunctions: await liveFunctions(session, names),
    serverVersion: Math.floor(session.serverVersion / 10000),
    searchPath: path.length > 0 ? path : [target.address.schema ?? 'public'],
    settings: {
      // Whoever has the public key of a Supabase project is the role `anon` in its exposed schema.
      rowLevelSecurity: target.rowLevelSecurity ?? anonymous.length > 0,
      idempotent: target.idempotent,
    },
  };
}
