import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { explainError } from '../../core/errors.ts';
import { combineVerdicts } from '../../core/report.ts';
import { type HeldAutoDeploys, holdAutoDeploys } from '../../release/auto-deploys.ts';
import { changeService, type ReportedChange, type ServiceChange } from '../../release/change-service.ts';
import { chooseUrl, type MeasuredDowntime, startMeasuring } from '../../release/downtime.ts';
import { reverseNeeds, runInOrder } from '../../release/order.ts';
import { checkUndisturbed } from '../../release/undisturbed.ts';
import type { GoBackOptions } from './options.ts';
import type { Plan, Step } from './plan.ts';
import { adviseAnother } from './previous-unhealthy.ts';
import { planVerification, type Verification, verify } from './verify.ts';

/** A step with what will verify it. */
interface PreparedStep extends Step {
  verification: Verification;
}

/** A service that was told to go back, with the results of its probes. */
export interface Returned extends ReportedChange {
  verified: CheckResult[];
}

/** What came of the steps of a plan. */
export interface WentBack {
  held: HeldAutoDeploys;
  /** By service. */
  returned: Map<string, Returned>;
  downtime: MeasuredDowntime;
}

/** Carries out the steps, the last released service first, and verifies each service with its probes. */
export async function goBack({ steps }: Plan, options: GoBackOptions, context: GateContext): Promise<WentBack> {
  const held = options.holdAutoDeploys ? await holdAutoDeploys(steps, context) : { checks: [], settings: new Map() };
  const stopMeasuring = await measure(steps, options, context);
  const prepared = await prepare(steps, options.loadConfiguration, context);
  const reason = context.redactor.redact(options.reason); // some platforms keep it
  // After a failure no other service starts; another run continues from there.
  const changes = await runInOrder<ReportedChange>(reverseNeeds(options.needs), async name => {
    const step = prepared.find(candidate => candidate.name === name);
    if (step === undefined) return { succeeded: true };
    const { platform, target } = step;
    const carryOut: ServiceChange['carryOut'] = async (signal, progress) =>
      adviseAnother(step, await platform.rollback(target, reason, signal, progress), signal);
    const change = await changeService({ ...step, carryOut }, context);
    return { succeeded: change.check.verdict === 'passed', value: change };
  });
  const returned = await addDisturbances(prepared, await verifyAll(prepared, changes, context), context);
  return { held, returned, downtime: await stopMeasuring() };
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

/** A service that someone else is about to change is not verified. */
async function addDisturbances(
  steps: Step[],
  returned: Map<string, Returned>,
  context: GateContext,
): Promise<Map<string, Returned>> {
  const checking = [...returned].map(async ([name, one]): Promise<[string, Returned]> => {
    const step = steps.find(candidate => candidate.name === name);
    const isGood = combineVerdicts([one.check, ...one.verified]) === 'passed';
    if (step === undefined || !isGood || one.live === undefined) return [name, one];
    const disturbed = await checkUndisturbed([{ ...step, live: one.live }], context);
    return [name, { ...one, verified: [...one.verified, ...disturbed] }];
  });
  return new Map(await Promise.all(checking));
}
