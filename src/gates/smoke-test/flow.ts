import { type Check, type Outcome, passed } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { runHttpStep } from './http-step.ts';
import { addressOf, type Flow, type Step } from './plan.ts';
import { Visit } from './visit.ts';
import { runWebsocketStep } from './websocket-step.ts';

/** What a step may take beside its time-out, such as closing a WebSocket; milliseconds. */
const margin = 2000;

/**
 * Takes the steps of a flow in their order; the first that does not pass ends it. `onStop` then hears of its request, as
 * a command for a shell.
 */
export function flowCheck(flow: Flow, context: GateContext, onStop: (command: string) => void): Check {
  return {
    name: `flows.${flow.name}`,
    boundary: flow.boundary,
    deadline: flow.steps.reduce((sum, step) => sum + step.declared.timeout + margin, 0),
    run: signal => takeSteps(flow, { ...context, signal }, onStop),
  };
}

async function takeSteps(flow: Flow, context: GateContext, onStop: (command: string) => void): Promise<Outcome> {
  const visit = new Visit(flow, context);
  for (const [index, step] of flow.steps.entries()) {
    const outcome = await takeStep(step, visit);
    const { key, location } = addressOf(step.declared);
    context.log.debug(`${step.label} (${key} ${location}): ${outcome.verdict}, ${outcome.detail ?? ''}`);
    if (outcome.verdict !== 'passed') {
      onStop(visit.command);
      return { ...outcome, detail: `stopped at step ${index + 1} of ${flow.steps.length}` };
    }
  }
  const count = flow.steps.length;
  return passed(`${count} step${count === 1 ? '' : 's'}`);
}

function takeStep(step: Step, visit: Visit): Promise<Outcome> {
  const { declared } = step;
  return 'websocket' in declared ? runWebsocketStep(declared, step, visit) : runHttpStep(declared, step, visit);
}
