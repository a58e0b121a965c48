import { type CheckResult, collectValues } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { pluralize } from '../../../core/plural.ts';
import type { ReleaseRecord } from '../../../core/record.ts';
import { combineVerdicts, type GateReport } from '../../../core/report.ts';
import { runChecks } from '../../../core/run-checks.ts';
import type { Verdict } from '../../../core/verdict.ts';
import { approvalsCheck } from '../checks/approvals.ts';
import { guardsCheck } from '../checks/guards.ts';
import { nameDatabases } from '../report.ts';
import type { Source } from '../source.ts';
import { type AskForChanges, changesCheck } from './changes.ts';
import { judgementCheck } from './judgement.ts';
import { migrationsCheck } from './migrations.ts';
import type { Proposal } from './proposal.ts';

export interface JudgeOptions {
  sources: Source[];
  /** Whether to search the repository for commands that must not reach production. */
  guards: boolean;
  /** Names of migrations allowed to make changes that the gate would otherwise reject. */
  approved: string[];
  /** Asks what the run changes; undefined where no event started it: then all count, as for an empty database. */
  changes: AskForChanges | undefined;
  record: ReleaseRecord;
}

/** Judges migrations by the repository alone. It needs no database and no secret, so it can run for a fork. */
export async function judgeOffline(options: JudgeOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const asked = await runChecks(options.changes ? [changesCheck(options.changes)] : [], context);
  const [changes] = collectValues(asked);
  const judged =
    combineVerdicts(asked) === 'error' ? { checks: [], proposals: [] } : await judge(options, changes, context);
  const { proposals } = judged;
  const checks: CheckResult[] = [...asked, ...judged.checks];
  const verdict = combineVerdicts(checks);
  return {
    gate: 'push-schema',
    verdict,
    headline: `${writeHeadline(proposals, verdict, changes !== undefined)} ${notAsked}`,
    checks: nameDatabases(
      checks,
      options.sources.map(({ name }) => name),
    ),
    outputs: writeOutputs(proposals),
    record: options.record,
    startedAt,
    finishedAt: context.clock.now(),
  };
}

interface Judged {
  checks: CheckResult[];
  proposals: Proposal[];
}

async function judge(
  { sources, guards, approved }: JudgeOptions,
  changes: Parameters<typeof migrationsCheck>[1],
  context: GateContext,
): Promise<Judged> {
  const read = await runChecks(
    sources.map(source => migrationsCheck(source, changes, context)),
    context,
  );
  const proposals = collectValues(read);
  const isComplete = proposals.length === sources.length;
  const toJudge = proposals.filter(({ pending, modified }) => pending.length + modified.length > 0);
  const checks = [
    ...(guards ? [guardsCheck(context.workspace)] : []),
    ...(approved.length > 0 && isComplete ? [approvalsCheck(approved, proposals)] : []),
    ...toJudge.map(proposal => judgementCheck(proposal, approved)),
  ];
  return { checks: [...read, ...(await runChecks(checks, context))], proposals };
}

const notAsked = 'No database was asked for its ledger, its schema or the size of its tables.';

function writeHeadline(proposals: Proposal[], verdict: Verdict, isChange: boolean): string {
  if (verdict === 'failed') return 'The migrations cannot be pushed as they are.';
  if (verdict !== 'passed') return 'The gate could not find out whether the migrations can be pushed.';
  const count = proposals.reduce((sum, { pending, modified }) => sum + pending.length + modified.length, 0);
  if (isChange && count === 0) return 'The change adds no migration.';
  return `${pluralize(count, 'migration')} judged by the repository alone${isChange ? '' : ', as for an empty database'}.`;
}

function writeOutputs(proposals: Proposal[]): Record<string, string> {
  const pending = proposals.flatMap(proposal =>
    proposal.pending.map(({ name }) => ({ database: proposal.source.name, migration: name })),
  );
  return { applied: '[]', pending: JSON.stringify(pending), rehearsal: '[]', head: '' };
}
