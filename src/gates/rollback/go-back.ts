import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { explainError } from '../../core/errors.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import type { TimelineEntry } from '../../core/report.ts';
import { holdAutoDeploys } from '../../release/auto-deploys.ts';
import { changeService, type ReportedChange } from '../../release/change-service.ts';
import { chooseUrl, type MeasuredDowntime, startMeasuring } from '../../release/downtime.ts';
import { reverseNeeds, runInOrder } from '../../release/order.ts';
import type { Decision } from './decide.ts';
import type { GoBackOptions } from './options.ts';
import type { Plan, Step } from './plan.ts';
import { describeResults, getResult, pickWorstResult, type Returned, recordAfter } from './results.ts';
import { planVerification, type Verification, verify } from './verify.ts';

/** A step with what will verify it. */
interface PreparedStep extends Step {
  verification: Verification;
}

/** How a rollback went that has changed something, or tried to. */
export interface WentBack extends Decision {
  checks: CheckResult[];
  timeline: TimelineEntry[];
  record: ReleaseRecord;
}

/** Carries out the steps, the last released service first, and verifies each with its probes. */
export async function goBack(
  { services, steps }: Plan,
  record: ReleaseRecord,
  options: GoBackOptions,
  context: GateContext,
): Promise<WentBack> {
  const held = options.holdAutoDeploys ? await holdAutoDeploys(steps, context) : [];
  const stopMeasuring = await measure(steps, options, context);
  const prepared = await prepare(steps, options.loadConfiguration, context);
  const changes = await changeInReverse(prepared, options, context);
  const returned = await verifyAll(prepared, changes, context);
  const downtime = await stopMeasuring();
  const result = pickWorstResult(services.map(service => getResult(service, returned.get(service.name))));
  const headline = describeResults(services, returned);
  const how = result === 'verified' ? 'rolled back' : `rollback ${result}`;
  const changed = [...returned.values()];
  return {
    result,
    headline,
    isIncident: true,
    note: `${how}: ${options.reason || headline}`,
    checks: [
      ...held,
      ...changed.map(({ check }) => check),
      ...changed.flatMap(({ verified }) => verified),
      ...downtime.checks,
    ],
    timeline: downtime.timeline,
    record: recordAfter(record, services, returned),
  };
}

/** Downtime that cannot be measured keeps no service from going back. */
async function measure(
  steps: Step[],
  { measuring, loadConfiguration }: GoBackOptions,
  context: GateContext,
): Promise<() => Promise<MeasuredDowntime>> {
  const nothing = async () => ({ checks: [], timeline: [] });
  if (measuring === undefined) return nothing;
  try {
    const services = steps.map(async step => {
      const { commit = '' } = step.target;
      const url = chooseUrl(step, commit, await loadConfiguration(commit));
      return { name: step.name, url, before: step.before.deployment?.commit, after: step.target.commit };
    });
    return startMeasuring(await Promise.all(services), measuring, context);
  } catch (error) {
    context.log.info(`The gate does not measure downtime: ${explainError(error)}`);
    return nothing;
  }
}

/** Plans the verification before anything changes, so that it starts at once afterwards. */
function prepare(
  steps: Step[],
  loadConfiguration: GoBackOptions['loadConfiguration'],
  context: GateContext,
): Promise<PreparedStep[]> {
  return Promise.all(
    steps.map(async step => ({ ...step, verification: await planVerification(step, loadConfiguration, context) })),
  );
}

/** Takes back the last released service first. A failure ends it, and another run continues from there. */
function changeInReverse(
  steps: Step[],
  { needs, reason }: GoBackOptions,
  context: GateContext,
): Promise<Map<string, ReportedChange>> {
  const shown = context.redactor.redact(reason); // some platforms keep it
  return runInOrder<ReportedChange>(reverseNeeds(needs), async name => {
    const step = steps.find(candidate => candidate.name === name);
    if (step === undefined) return { succeeded: true };
    const { platform, before, target } = step;
    const change = await changeService(
      {
        name,
        platform,
        before,
        carryOut: (signal, progress) => platform.rollback(target, shown, signal, progress),
      },
      context,
    );
    return { succeeded: change.check.verdict === 'passed', value: change };
  });
}

async function verifyAll(
  steps: PreparedStep[],
  changes: Map<string, ReportedChange>,
  context: GateContext,
): Promise<Map<string, Returned>> {
  const verifying = [...changes].map(async ([name, change]): Promise<[string, Returned]> => {
    const step = steps.find(candidate => candidate.name === name);
    const isBack = change.check.verdict === 'passed';
    return [name, { ...change, verified: step && isBack ? await verify(name, step.verification, context) : [] }];
  });
  return new Map(await Promise.all(verifying));
}
