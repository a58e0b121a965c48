import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { type GateReport, verdictOf } from '../../core/report.ts';
import { runChecks } from '../../core/run-checks.ts';
import { flowCheck } from './flow.ts';
import type { Flow } from './plan.ts';

/** What is shown of a request at most; characters. */
const longestCommand = 4000;

/** Takes every flow as a user of its own, side by side. */
export async function smokeTest(flows: Flow[], context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  for (const flow of flows) logGenerated(flow, context);
  const commands = new Map<string, string>();
  const onResult = (result: CheckResult) => {
    context.onResult(result);
    const command = commands.get(result.name);
    if (command) context.log.quote(shortened(context.redactor.redact(command)));
  };
  const checks = await runChecks(
    flows.map(flow => flowCheck(flow, context, command => commands.set(`flows.${flow.name}`, command))),
    { ...context, onResult },
  );
  const good = checks.filter(check => check.verdict === 'passed').length;
  const count = `${checks.length} flow${checks.length === 1 ? '' : 's'}`;
  return {
    gate: 'smoke-test',
    verdict: verdictOf(checks),
    headline: good === checks.length ? `All steps of ${count} passed.` : `${good} of ${count} passed.`,
    checks,
    outputs: {
      flows: JSON.stringify(Object.fromEntries(flows.map(({ name }, index) => [name, checks[index]?.verdict]))),
    },
    startedAt,
    finishedAt: context.clock.now(),
  };
}

/** Who looks for what a run left behind needs to know what it was called. */
function logGenerated(flow: Flow, { log }: GateContext): void {
  const values = [...flow.generated].map(([name, value]) => `${name} ${value}`);
  if (values.length > 0) log.info(`${flow.name} made up: ${values.join(', ')}`);
}

function shortened(command: string): string {
  const left = command.length - longestCommand;
  return left > 0 ? `${command.slice(0, longestCommand)}… (${left} more characters)` : command;
}
