import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { cancelled } from '../../core/gate-findings.ts';
import { pluralize } from '../../core/plural.ts';
import { combineVerdicts, type GateReport } from '../../core/report.ts';
import { runChecks } from '../../core/run-checks.ts';
import { checkPaths } from './captures/paths.ts';
import type { FailureClass } from './failure.ts';
import { type FlowRun, runFlow } from './flow.ts';
import { logGenerated } from './generate.ts';
import { formatTitle } from './plan/address.ts';
import type { Plan } from './plan/model.ts';
import { Run, type TakenStep } from './run.ts';
import { loadRunners } from './take-step.ts';

/** How many characters of a request the log shows. */
const longestCommand = 4000;

/** The report of a run, with each step that ran, in the order in which they ended. */
export interface SmokeReport extends GateReport {
  taken: TakenStep[];
}

/** Runs every flow concurrently, each as its own user. Throws a GateError for an invalid plan, before it sends anything. */
export async function smokeTest(plan: Plan, context: GateContext): Promise<SmokeReport> {
  const startedAt = context.clock.now();
  await checkPaths(plan);
  await loadRunners(plan.flows.flatMap(({ steps, cleanUp }) => [...steps, ...cleanUp]));
  for (const flow of plan.flows) logGenerated(flow.name, flow.generated, context);
  const run = new Run(plan, context);
  const runs = new Map<string, FlowRun>();
  for (const flow of plan.flows) runs.set(flow.name, runFlow(flow, run, runs));
  const results = await runChecks(
    [...runs.values()].map(({ check }) => check),
    { ...context, onResult: result => reportFlow(result, run) },
  );
  const checks = removeRepeats(await addLeftBehind(results, [...runs.values()])).map(check => describe(check, run));
  return {
    gate: 'smoke-test',
    verdict: combineVerdicts(checks),
    headline: formatHeadline(checks, run.taken),
    checks,
    outputs: {
      flows: JSON.stringify(Object.fromEntries(plan.flows.map(({ name }, index) => [name, checks[index]?.verdict]))),
    },
    timeline: run.taken.map(({ flow, label, title, verdict, startedAt, finishedAt }) => ({
      section: flow,
      name: `${label.replace(`${flow}, `, '')} ${title}`,
      verdict,
      startedAt,
      finishedAt,
    })),
    taken: run.taken,
    startedAt,
    finishedAt: context.clock.now(),
  };
}

/** Reports a flow as it ends, with its last request if it stopped. */
function reportFlow(result: CheckResult, run: Run): void {
  const { onResult, log, redactor } = run.context;
  onResult(describe(result, run));
  if (typeof result.value === 'string' && result.value !== '') log.quote(shorten(redactor.redact(result.value)));
}

/** The result without its request, which is for the log only; and with the step at which a cancelled flow was. */
function describe({ value: _, ...result }: CheckResult, { underWay }: Run): CheckResult {
  const flow = result.name.replace('flows.', '');
  const step = wasCancelled(result) ? underWay.get(flow) : undefined;
  if (step === undefined) return result;
  return { ...result, detail: `cancelled at ${step.label.replace(`${flow}, `, '')} (${formatTitle(step.declared)})` };
}

function wasCancelled({ findings }: CheckResult): boolean {
  return findings.some(({ code }) => code === cancelled.code);
}

/** Waits for the clean-up of every flow, including cancelled flows, and adds its findings. */
async function addLeftBehind(results: CheckResult[], runs: FlowRun[]): Promise<CheckResult[]> {
  return Promise.all(
    results.map(async (result, index) => ({
      ...result,
      findings: [...result.findings, ...((await runs[index]?.settled()) ?? [])],
    })),
  );
}

/** A part that runs once for several flows reports its findings in the first of them. */
function removeRepeats(checks: CheckResult[]): CheckResult[] {
  const reported = new Set<string>();
  return checks.map(check => {
    const findings = check.findings.filter(finding => {
      const key = JSON.stringify(finding);
      return reported.has(key) ? false : reported.add(key);
    });
    return { ...check, findings };
  });
}

const classWords: Record<FailureClass, string> = {
  assertion: 'got a wrong answer',
  network: 'got no answer over the network',
  'time-out': 'got no answer in time',
  test: 'could not run as declared',
};

/** Why a flow did not pass, after the number of flows. Each flow has one reason, so the numbers add up. */
function explainStop(check: CheckResult, taken: TakenStep[]): string {
  if (wasCancelled(check)) return 'cancelled';
  if (check.detail === 'skipped' || check.detail === 'timed out') return check.detail;
  const flow = check.name.replace('flows.', '');
  const last = taken.findLast(step => step.flow === flow && step.failureClass && !step.label.includes(', clean-up '));
  return last?.failureClass ? classWords[last.failureClass] : 'undecided';
}

/** How many flows passed, and what stopped the others. */
function formatHeadline(checks: CheckResult[], taken: TakenStep[]): string {
  const good = checks.filter(check => check.verdict === 'passed').length;
  const count = pluralize(checks.length, 'flow');
  if (good === checks.length) return `All steps of ${count} passed.`;
  const reasons = checks.filter(({ verdict }) => verdict !== 'passed').map(check => explainStop(check, taken));
  const counts = Map.groupBy(reasons, reason => reason);
  const why = [...counts].map(([reason, { length }]) => `${length} ${reason}`);
  return `${good} of ${count} passed${why.length > 0 ? `; ${why.join(', ')}` : ''}.`;
}

function shorten(command: string): string {
  const left = command.length - longestCommand;
  return left > 0 ? `${command.slice(0, longestCommand)}… (${left} more characters)` : command;
}
