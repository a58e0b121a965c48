import type { ChangedFile } from '../../../core/changed-files.ts';
import type { CheckResult } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { pluralize } from '../../../core/plural.ts';
import type { ReleaseRecord } from '../../../core/record.ts';
import { combineVerdicts, type GateReport } from '../../../core/report.ts';
import { runChecks } from '../../../core/run-checks.ts';
import { approvalsCheck } from '../checks/approvals.ts';
import { guardsCheck } from '../checks/guards.ts';
import type { Source } from '../source.ts';
import { sayWhichDatabase } from '../which-database.ts';
import { judgementCheck } from './judgement.ts';
import { migrationsCheck } from './migrations.ts';
import type { Paper } from './paper.ts';
import { type AskForChanges, pullRequestCheck } from './pull-request.ts';

export interface JudgeOptions {
  sources: Source[];
  /** Whether to look through the repository for commands that must not reach production. */
  guards: boolean;
  /** Names of migrations that may do what is refused else. */
  approved: string[];
  /** What the pull request of the run changes; undefined where it is about none. */
  changes: AskForChanges | undefined;
  record: ReleaseRecord;
}

/** Judges migrations by the repository alone: it needs no database and no secret, and so can run for a fork. */
export async function judgeOnPaper(options: JudgeOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const checks: CheckResult[] = [];
  let papers: Paper[] = [];
  let changes: ChangedFile[] | undefined;
  if (options.changes) {
    checks.push(...(await runChecks([pullRequestCheck(options.changes, told => (changes = told))], context)));
  }
  if (combineVerdicts(checks) !== 'error') {
    const { sources, approved } = options;
    const read = new Map<Source, Paper>();
    checks.push(
      ...(await runChecks(
        sources.map(source => migrationsCheck(source, changes, context, paper => read.set(source, paper))),
        context,
      )),
    );
    papers = sources.flatMap(source => read.get(source) ?? []);
    if (options.guards) checks.push(...(await runChecks([guardsCheck(context.workspace)], context)));
    if (approved.length > 0 && papers.length === sources.length) {
      checks.push(...(await runChecks([approvalsCheck(approved, papers)], context)));
    }
    const toJudge = papers.filter(({ pending, modified }) => pending.length + modified.length > 0);
    checks.push(
      ...(await runChecks(
        toJudge.map(paper => judgementCheck(paper, approved)),
        context,
      )),
    );
  }
  return {
    gate: 'push-schema',
    verdict: combineVerdicts(checks),
    headline: `${headlineOf(papers, checks, changes !== undefined)} ${notAsked}`,
    checks: sayWhichDatabase(
      checks,
      options.sources.map(({ name }) => name),
    ),
    outputs: outputsOf(papers),
    record: options.record,
    startedAt,
    finishedAt: context.clock.now(),
  };
}

const notAsked =
  'No database was asked: not for its ledger, nor for its live schema, nor for how large its tables are.';

function headlineOf(papers: Paper[], checks: CheckResult[], isPullRequest: boolean): string {
  const verdict = combineVerdicts(checks);
  if (verdict === 'failed') return 'The migrations cannot be pushed as they are.';
  if (verdict !== 'passed') return 'Whether the migrations can be pushed is not known.';
  const count = papers.reduce((sum, { pending, modified }) => sum + pending.length + modified.length, 0);
  if (isPullRequest && count === 0) return 'The pull request brings no migration.';
  return `${pluralize(count, 'migration')} judged by the repository alone${isPullRequest ? '' : ', as for an empty database'}.`;
}

function outputsOf(papers: Paper[]): Record<string, string> {
  const pending = papers.flatMap(({ source, pending }) =>
    pending.map(({ name }) => ({ database: source.name, migration: name })),
  );
  return { applied: '[]', pending: JSON.stringify(pending), rehearsal: '[]', head: '' };
}
