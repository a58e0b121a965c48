import type { GateContext } from '../../core/context.ts';
import type { GateReport } from '../../core/report.ts';
import { checkPaths } from './captures/paths.ts';
import { titleOf } from './plan/address.ts';
import type { Plan, Step } from './plan/model.ts';

/** Lists what a run would send, and sends nothing. Throws a GateError for a plan that cannot work. */
export async function dryRun(plan: Plan, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  await checkPaths(plan);
  let count = 0;
  const list = (steps: Step[], indent: string) => {
    for (const step of steps) {
      const { name, if: condition, repeat } = step.declared;
      const each = Object.keys(step.declared['for-each'] ?? {})[0];
      const notes = [
        condition === undefined ? '' : 'under a condition',
        each === undefined ? '' : `for each ${each}`,
        repeat === undefined ? '' : `${repeat} times`,
      ].filter(note => note !== '');
      const title = titleOf(step.declared);
      const shown = name === undefined ? title : `${name}: ${title}`;
      context.log.info(`${indent}${step.label}: ${shown}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`);
      if (step.part) list(step.part.steps, `${indent}  `);
      else count++;
    }
  };
  for (const flow of plan.flows) {
    context.log.info(`${flow.name}${flow.after.length > 0 ? `, after ${flow.after.join(' and ')}` : ''}`);
    list([...flow.steps, ...flow.cleanUp], '  ');
  }
  return {
    gate: 'smoke-test',
    verdict: 'passed',
    headline: `A dry run: ${count} steps of ${plan.flows.length} flows are listed in the log, and nothing was sent.`,
    checks: [],
    outputs: { flows: '{}' },
    isDryRun: true,
    startedAt,
    finishedAt: context.clock.now(),
  };
}
