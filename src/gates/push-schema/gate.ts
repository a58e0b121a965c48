import { type Check, type CheckResult, collectValues } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { combineVerdicts, type GateReport } from '../../core/report.ts';
import { runCheck, runChecks } from '../../core/run-checks.ts';
import { runToEnd } from '../../core/run-to-end.ts';
import { type Pushed, startPush } from './apply/pushed.ts';
import { approvalsCheck } from './checks/approvals.ts';
import { assertionsCheck } from './checks/assertions.ts';
import { environmentsCheck } from './checks/environments.ts';
import { guardsCheck } from './checks/guards.ts';
import { headCheck } from './checks/head.ts';
import { type Grades, judgementCheck } from './checks/judgement.ts';
import { ledgerCheck } from './checks/ledger.ts';
import { lintsCheck } from './checks/lints.ts';
import { pushCheck } from './checks/push.ts';
import { type Rehearsal, rehearsalCheck } from './checks/rehearsal.ts';
import { requirementChecks } from './checks/requirements.ts';
import type { PushSchemaOptions } from './options.ts';
import type { Planned } from './plan.ts';
import { extendRecord, nameDatabases, type Progress, writeHeadline, writeOutputs } from './report.ts';

/** Plans every database, then pushes and verifies one after the other. The first that does not pass ends the push. */
export async function pushSchema(options: PushSchemaOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const { targets, mode, record } = options;
  const plans = await runChecks(
    targets.map(target => ledgerCheck(target, context)),
    context,
  );
  const planned = collectValues(plans);
  try {
    const examined = await examine(planned, options, context);
    const checks = [...plans, ...examined.checks];
    const progress: Progress[] = [];
    for (const one of planned) {
      const released = combineVerdicts(checks) === 'passed' ? await release(one, options, context) : undefined;
      checks.push(...(released?.checks ?? []));
      const pushed = released?.pushed ?? startPush(one.plan);
      progress.push({ ...pushed, name: one.database.target.name, before: one.plan.head });
    }
    return {
      gate: 'push-schema',
      verdict: combineVerdicts(checks),
      headline: writeHeadline(progress, checks, mode),
      checks: nameDatabases(
        checks,
        targets.map(({ name }) => name),
      ),
      outputs: writeOutputs(progress, examined.rehearsal),
      record: mode === 'push' ? extendRecord(record, progress, examined.grades) : record,
      startedAt,
      finishedAt: context.clock.now(),
    };
  } finally {
    await Promise.all(planned.map(({ database }) => database.session.close()));
  }
}

interface Examined {
  checks: CheckResult[];
  grades: Grades;
  rehearsal: Rehearsal;
}

/** All that can be known before anything is changed. */
async function examine(planned: Planned[], options: PushSchemaOptions, context: GateContext): Promise<Examined> {
  const { targets, mode, guards, approved = [], environmentApproval } = options;
  const checks = guards ? await runChecks([guardsCheck(context.workspace)], context) : [];
  if (approved.length > 0 && planned.length === targets.length) {
    const folders = planned.map(({ database, plan }) => ({ migrations: database.migrations, pending: plan.pending }));
    checks.push(...(await runChecks([approvalsCheck(approved, folders)], context)));
  }
  const asserting = planned.filter(({ database }) => database.target.assertions.size > 0);
  checks.push(...(await runChecks(asserting.map(assertionsCheck), context)));
  const approvals = {
    approved,
    environmentApproval: mode === 'push' ? (environmentApproval ?? (async () => undefined)) : undefined,
  };
  const judgements = await runChecks(
    planned.filter(({ plan }) => plan.pending.length > 0).map(one => judgementCheck(one, approvals)),
    context,
  );
  const isRehearsal = mode === 'rehearse';
  // A cancelled rehearsal still drops its scratch database: its sessions are cancelled, and the checks run to their end.
  const untilDropped = { ...context, concurrency: 2, signal: new AbortController().signal };
  const rehearsals = await runChecks(
    planned
      .filter(({ database, plan }) => database.target.drift || (isRehearsal && plan.pending.length > 0))
      .map(one => rehearsalCheck(one, isRehearsal, context)),
    untilDropped,
  );
  return {
    checks: [...checks, ...judgements, ...rehearsals],
    grades: new Map(collectValues(judgements).flatMap(grades => [...grades])),
    rehearsal: collectValues(rehearsals).flat(),
  };
}

interface Released {
  checks: CheckResult[];
  pushed: Pushed | undefined;
}

/** Pushes what is pending and verifies the result. In the other modes, verifies a database that is up to date. */
async function release(planned: Planned, options: PushSchemaOptions, context: GateContext): Promise<Released> {
  const { mode, lockWait = 10_000 } = options;
  const { pending, baseline } = planned.plan;
  const pushes: CheckResult<Pushed>[] = [];
  if (pending.length > 0 || baseline.length > 0) {
    if (mode !== 'push') return { checks: [], pushed: undefined };
    // A cancelled push rolls back and still reports what it has applied.
    pushes.push(await runToEnd(pushCheck(planned, lockWait, context), context));
    if (combineVerdicts(pushes) !== 'passed') return { checks: pushes, pushed: pushes[0]?.value };
  }
  const head = await runCheck(headCheck(planned.database), context);
  const verification = await runChecks(listVerification(planned, context), { ...context, concurrency: 1 });
  const pushed = { ...(pushes[0]?.value ?? startPush(planned.plan)), ...head.value };
  return { checks: [...pushes, head, ...verification], pushed };
}

function listVerification(planned: Planned, context: GateContext): Check[] {
  const { database } = planned;
  const { compareWith } = database.target;
  return [
    ...requirementChecks(database),
    lintsCheck(planned),
    ...(compareWith ? [environmentsCheck(database, compareWith, context)] : []),
  ];
}
