import { CookieJar } from '../../../clients/cookie-jar.ts';
import type { UseStep } from '../../../config/schema/smoke/steps/use.ts';
import { type Outcome, passed } from '../../../core/check.ts';
import { isMapping } from '../../../core/is-mapping.ts';
import { pluralize } from '../../../core/plural.ts';
import { generateValues, logGenerated } from '../generate.ts';
import { Connections } from '../messages/connections.ts';
import { formatTitle } from '../plan/address.ts';
import type { Part, Step } from '../plan/model.ts';
import type { PartResult } from '../run.ts';
import { Scope } from '../scope.ts';
import type { StepTaker } from '../step-runner.ts';
import type { Visit } from '../visit.ts';

/** A part with the values of its parameters, and how to run its steps. */
interface Call {
  part: Part;
  values: Record<string, unknown>;
  step: Step;
  taker: StepTaker;
}

/** Runs the steps of a part with their own values. The flow can use what they capture. */
export async function run(step: Step<UseStep>, visit: Visit, taker: StepTaker): Promise<Outcome> {
  const { part } = step;
  if (part === undefined) throw new Error(`${step.label} uses a part that was not planned`);
  const given = visit.scope.resolve({ ...part.parameters, ...step.declared.with });
  const values = isMapping(given) ? given : {};
  const call = { part, values, step, taker };
  const { outcome, captured, cookies } = part.once ? await takeOncePerRun(call, visit) : await takePart(call, visit);
  for (const [name, value] of captured) visit.scope.set(name, value);
  if (part.once) visit.cookies.adopt(cookies);
  if (outcome.verdict !== 'passed') return outcome;
  const detail = `${part.once ? 'once per run, ' : ''}${pluralize(part.steps.length, 'step')}`;
  return { ...passed(detail), findings: outcome.findings };
}

/** The first flow that needs the part runs it, and every other flow waits for the result. */
function takeOncePerRun(call: Call, visit: Visit): Promise<PartResult> {
  const { run } = visit;
  const key = JSON.stringify([call.part.name, call.values]);
  const known = run.once.get(key);
  if (known) return known;
  const connections = new Connections();
  const own = visit.with({ cookies: new CookieJar(), connections, context: run.context });
  const result = takePart(call, own).finally(() => connections.closeAll());
  run.once.set(key, result);
  return result;
}

async function takePart({ part, values, step, taker }: Call, visit: Visit): Promise<PartResult> {
  const { context, run, cookies } = visit;
  const generated = generateValues(part.generate, context);
  logGenerated(`${step.label} (${formatTitle(step.declared)})`, generated, context);
  const scope = new Scope(new Map<string, unknown>([...run.plan.variables, ...generated, ...Object.entries(values)]));
  const { taken, ...outcome } = await taker.takeSteps(part.steps, visit.with({ scope }));
  return { outcome, captured: scope.captured, cookies };
}
