import { loadPostgresParser } from '../../../clients/postgres-parser.ts';
import { type Check, concludeFrom, type Outcome } from '../../../core/check.ts';
import { readLiveFunctions } from '../catalog/live-functions.ts';
import { readLiveRights } from '../catalog/live-rights.ts';
import { readLiveTables } from '../catalog/live-tables.ts';
import { explainErrors } from '../database.ts';
import { type Approvals, judgeWithApprovals } from '../judge/approvals.ts';
import { countGrades, type Graded } from '../judge/grade.ts';
import { type JudgeRequest, listNames } from '../judge/judge.ts';
import type { Migration } from '../migration.ts';
import type { Planned } from '../plan.ts';
import { sqlRules } from '../sql-rules/index.ts';

/** What each pending migration means for going back. */
export type Grades = Map<Migration, Graded>;

type NamedApprovals = Omit<Approvals, 'destructive'>;

/** Judges the pending SQL, knowing the tables that it changes. */
export function judgementCheck(planned: Planned, approvals: NamedApprovals): Check<Grades> {
  const { target } = planned.database;
  return {
    name: `${target.name}.judgement`,
    boundary: 'data',
    run: () => explainErrors(target, () => judgePending(planned, approvals)),
  };
}

async function judgePending(planned: Planned, approvals: NamedApprovals): Promise<Outcome<Grades>> {
  const { destructive } = planned.database.target;
  const [parser, request] = await Promise.all([loadPostgresParser(), askDatabase(planned)]);
  const judgements = await judgeWithApprovals(parser, planned.plan.pending, request, { ...approvals, destructive });
  const findings = judgements.flatMap(judged => judged.findings);
  const grades = judgements.map(({ migration, ...graded }) => [migration, graded] as const);
  const concluded = concludeFrom(findings, countGrades(judgements));
  const errors = findings.filter(({ severity }) => severity === 'error');
  // A role without the rights says nothing about the release.
  const verdict = errors.length > 0 && errors.every(({ code }) => ofDatabase.has(code)) ? 'error' : concluded.verdict;
  return { ...concluded, verdict, value: new Map(grades) };
}

const ofDatabase = new Set(sqlRules.filter(rule => rule.ofDatabase).map(({ kind }) => kind.code));

/** What the database knows of all that the pending scripts name. */
async function askDatabase({ database: { session, target }, plan: { pending } }: Planned): Promise<JudgeRequest> {
  const words = new Set<string>();
  for (const { script } of pending) for (const name of listNames(script)) words.add(name);
  const names = [...words];
  const live = await readLiveTables(session, names);
  const [{ path } = { path: [] }] = await session.query<{ path: string[] }>(
    'SELECT current_schemas(false)::text[] AS path',
  );
  const anonymous = await session.query("SELECT FROM pg_roles WHERE rolname = 'anon'");
  return {
    live,
    liveFunctions: await readLiveFunctions(session, names),
    rights: target.command === undefined ? await readLiveRights(session) : undefined,
    serverVersion: Math.floor(session.serverVersion / 10000),
    searchPath: path.length > 0 ? path : [target.address.schema ?? 'public'],
    settings: {
      // Whoever has the public key of a Supabase project is the role `anon` in its exposed schema.
      rowLevelSecurity: target.rowLevelSecurity ?? anonymous.length > 0,
      idempotent: target.idempotent,
      allow: target.allow,
    },
  };
}
