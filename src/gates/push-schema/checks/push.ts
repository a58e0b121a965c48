import { type Check, concludeFrom, type Outcome, passed } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { convertError } from '../../../core/run-checks.ts';
import { applyByCommand } from '../apply/by-command.ts';
import { applyByGate } from '../apply/by-gate.ts';
import { releaseLock, takeLock } from '../apply/lock.ts';
import { type Pushed, startPush } from '../apply/pushed.ts';
import { type Database, explainError, explainErrors, refuseTransactionPooler } from '../database.ts';
import { namesOf } from '../migration.ts';
import { createPlan, type Plan, type Planned } from '../plan.ts';

/** Applies what is pending, under the lock. Waits up to `lockWait` milliseconds for the lock. */
export function pushCheck(planned: Planned, lockWait: number, context: GateContext): Check<Pushed> {
  const { target } = planned.database;
  const run = () => explainErrors(target, () => pushUnderLock(planned, lockWait, context));
  return { name: `${target.name}.push`, boundary: 'data', run };
}

async function pushUnderLock(planned: Planned, wait: number, context: GateContext): Promise<Outcome<Pushed>> {
  const { database } = planned;
  const { session, tool, target } = database;
  await refuseTransactionPooler(database, context); // under another load it may show itself only now
  await takeLock(database, wait, context);
  const plan = await createPlan(database); // another release may have pushed while this one waited
  if (plan.findings.some(({ severity }) => severity === 'error')) {
    return { ...concludeFrom(plan.findings), value: startPush(plan) };
  }
  await session.proveLock();
  const hasBaseline = plan.baseline.length > 0;
  if (!target.command || hasBaseline) await tool.ledger.prepare(session, plan.state, database.migrations);
  if (hasBaseline) await recordBaseline(database, plan);
  const toolLocks = target.command !== undefined && tool.takesLock === true;
  if (toolLocks) await releaseLock(database);
  const outcome = await applyPending({ ...planned, plan }, context);
  const detail = hasBaseline ? `recorded ${namesOf(plan.baseline)} as applied; ${outcome.detail}` : outcome.detail;
  const described = { ...outcome, ...(detail && { detail }) };
  return outcome.verdict === 'passed' && !toolLocks ? unlock(database, described) : described;
}

async function applyPending(planned: Planned, context: GateContext): Promise<Outcome<Pushed>> {
  const { database, plan } = planned;
  const { command } = database.target;
  if (plan.pending.length === 0) return { ...passed('all of it is applied'), value: startPush(plan) };
  return command ? applyByCommand(planned, command, context) : applyByGate(database, plan, context);
}

async function recordBaseline({ session, tool: { ledger } }: Database, { baseline }: Plan): Promise<void> {
  await session.transaction({}, async () => {
    for (const migration of baseline) {
      await ledger.recordStart?.(session, migration);
      await ledger.recordEnd(session, migration);
    }
  });
}

/** After a push that did not pass, the lock ends with the session. */
async function unlock(database: Database, outcome: Outcome<Pushed>): Promise<Outcome<Pushed>> {
  try {
    await releaseLock(database);
    return outcome;
  } catch (error) {
    const { target } = database;
    return { ...outcome, ...convertError({ name: `${target.name}.push` }, explainError(target, error)) };
  }
}
