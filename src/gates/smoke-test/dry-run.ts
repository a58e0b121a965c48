import type { GateContext } from '../../core/context.ts';
import { pluralize } from '../../core/plural.ts';
import type { GateReport } from '../../core/report.ts';
import { checkPaths } from './captures/paths.ts';
import { formatTitle } from './plan/address.ts';
import type { Plan, Step } from './plan/model.ts';

/** Lists what a run would send, and sends nothing. Throws a GateError for an invalid plan. */
export async function dryRun(plan: Plan, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  await checkPaths(plan);
  for (const flow of plan.flows) {
    context.log.info(`${flow.name}${flow.after.length > 0 ? `, after ${flow.after.join(' and ')}` : ''}`);
    for (const line of listSteps([...flow.steps, ...flow.cleanUp], '  ')) context.log.info(line);
  }
  const count = plan.flows.reduce((sum, flow) => sum + countSteps([...flow.steps, ...flow.cleanUp]), 0);
  return {
    gate: 'smoke-test',
    verdict: 'passed',
    headline: `Dry run: the log lists ${pluralize(count, 'step')} of ${pluralize(plan.flows.length, 'flow')}. Nothing was sent.`,
    checks: [],
    outputs: { flows: '{}' },
    isDryRun: true,
    startedAt,
    finishedAt: context.clock.now(),
  };
}

function listSteps(steps: Step[], indent: string): string[] {
  return steps.flatMap(step => [
    `${indent}${step.label}: ${describeStep(step)}`,
    ...listSteps(step.part?.steps ?? [], `${indent}  `),
  ]);
}

function describeStep({ declared }: Step): string {
  const { name, if: condition, repeat } = declared;
  const each = Object.keys(declared['for-each'] ?? {})[0];
  const notes = [
    condition === undefined ? '' : 'conditional',
    each === undefined ? '' : `for each ${each}`,
    repeat === undefined ? '' : `${repeat} times`,
  ].filter(note => note !== '');
  const title = formatTitle(declared);
  return `${name === undefined ? title : `${name}: ${title}`}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
}

/** How many steps run, counting the steps of a part instead of the step that uses it. */
function countSteps(steps: Step[]): number {
  return steps.reduce((sum, { part }) => sum + (part ? countSteps(part.steps) : 1), 0);
}
