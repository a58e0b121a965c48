import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import type { Finding } from '../../core/finding.ts';
import { cancelled } from '../../core/gate-findings.ts';
import { combineVerdicts, type GateReport } from '../../core/report.ts';
import { runChecks } from '../../core/run-checks.ts';
import { checkPaths } from './captures/paths.ts';
import type { FailureClass } from './failure.ts';
import { type FlowRun, runFlow } from './flow.ts';
import { logGenerated } from './generate.ts';
import { titleOf } from './plan/address.ts';
import type { Plan } from './plan/model.ts';
import { Run, type TakenStep } from './run.ts';

/** What is shown of a request at most; characters. */
const longestCommand = 4000;

/** What came of a run: the report, and each step that was taken, in the order of their ends. */
export interface SmokeReport extends GateReport {
  taken: TakenStep[];
}

/**
 * Takes every flow as a user of its own, side by side. Throws a GateError before anything is sent for a plan that
 * cannot work.
 */
export async function smokeTest(plan: Plan, context: GateContext): Promise<SmokeReport> {
  const startedAt = context.clock.now();
  await checkPaths(plan);
  for (const flow of plan.flows) logGenerated(flow.name, flow.generated, context);
  const run = new Run(plan, context);
  const commands = new Map<string, string>();
  const runs = new Map<string, ReturnType<typeof runFlow>>();
  for (const flow of plan.flows) {
    runs.set(
      flow.name,
      runFlow(flow, run, runs, { onStop: ({ name }, command) => commands.set(`flows.${name}`, command) }),
    );
  }
  const onResult = (result: CheckResult) => {
    context.onResult({ ...result, ...detailOf(result, run) });
    const command = commands.get(result.name);
    if (command) context.log.quote(shortened(context.redactor.redact(command)));
  };
  const results = await runChecks(
    [...runs.values()].map(({ check }) => check),
    { ...context, onResult },
  );
  const checks = saidOnce(await withWhatWasLeft(results, [...runs.values()])).map(check => ({
    ...check,
    ...detailOf(check, run),
  }));
  return {
    gate: 'smoke-test',
    verdict: combineVerdicts(checks),
    headline: headlineOf(checks, run.taken),
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

/** Where a flow was when the run was cancelled, which its check cannot say. */
function detailOf(result: CheckResult, { underWay }: Run): { detail?: string } {
  const flow = result.name.replace('flows.', '');
  const step = wasCancelled(result) ? underWay.get(flow) : undefined;
  return step ? { detail: `cancelled at ${step.label.replace(`${flow}, `, '')} (${titleOf(step.declared)})` } : {};
}

function wasCancelled({ findings }: CheckResult): boolean {
  return findings.some(({ code }) => code === cancelled.code);
}

/** Waits for the clean-up of every flow, also of those that were cancelled. */
async function withWhatWasLeft(results: CheckResult[], runs: FlowRun[]): Promise<CheckResult[]> {
  return Promise.all(
    results.map(async (result, index) => {
      const left: Finding[] = (await runs[index]?.settled()) ?? [];
      return { ...result, findings: [...result.findings, ...left] };
    }),
  );
}

/** What a part found that is done once for several flows is said at the first of them. */
function saidOnce(checks: CheckResult[]): CheckResult[] {
  const said = new Set<string>();
  return checks.map(check => {
    const findings = check.findings.filter(finding => {
      const key = JSON.stringify(finding);
      return said.has(key) ? false : said.add(key);
    });
    return { ...check, findings };
  });
}

const classWords: Record<FailureClass, string> = {
  assertion: 'did not get what was expected',
  network: 'got no answer over the network',
  'time-out': 'got no answer in time',
  test: 'could not be taken as declared',
};

/** How many passed, and what kept the others: only an answer that is wrong says that the release is bad. */
function headlineOf(checks: CheckResult[], taken: TakenStep[]): string {
  const good = checks.filter(check => check.verdict === 'passed').length;
  const count = `${checks.length} flow${checks.length === 1 ? '' : 's'}`;
  if (good === checks.length) return `All steps of ${count} passed.`;
  const counts = new Map<FailureClass, Set<string>>();
  for (const { failureClass, flow } of taken) {
    if (failureClass) counts.set(failureClass, (counts.get(failureClass) ?? new Set()).add(flow));
  }
  const why = [...counts].map(([failureClass, flows]) => `${flows.size} ${classWords[failureClass]}`);
  const stopped = checks.filter(wasCancelled).length;
  if (stopped > 0) why.push(`${stopped} ${stopped === 1 ? 'was' : 'were'} cancelled`);
  return `${good} of ${count} passed${why.length > 0 ? `; ${why.join(', ')}` : ''}.`;
}

function shortened(command: string): string {
  const left = command.length - longestCommand;
  return left > 0 ? `${command.slice(0, longestCommand)}… (${left} more characters)` : command;
}
