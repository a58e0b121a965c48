import { CookieJar } from '../../../clients/cookie-jar.ts';
import type { UseStep } from '../../../config/schema/smoke/steps.ts';
import { type Outcome, passed } from '../../../core/check.ts';
import { Connections } from '../connections.ts';
import { logGenerated } from '../generate.ts';
import { titleOf } from '../plan/address.ts';
import type { Part, Step } from '../plan/model.ts';
import { generatedFor } from '../plan/plan.ts';
import type { Done } from '../run.ts';
import { Scope } from '../scope.ts';
import { takeSteps } from '../take-step.ts';
import type { Visit } from '../visit.ts';

/** Takes the steps of a part with values of their own; what they capture is the flow's from then on. */
export async function runUseStep(declared: UseStep, step: Step, visit: Visit): Promise<Outcome> {
  const { part } = step;
  if (part === undefined) throw new Error(`${step.label} uses nothing that was planned`);
  const values = { ...part.parameters, ...(visit.scope.value(declared.with) as Record<string, unknown>) };
  const done = part.once ? await onceFor(part, values, step, visit) : await take(part, values, step, visit);
  for (const [name, value] of done.captured) visit.scope.set(name, value);
  if (part.once) visit.cookies.adopt(done.cookies);
  if (done.outcome.verdict !== 'passed') return done.outcome;
  const count = part.steps.length;
  const detail = `${part.once ? 'done once, ' : ''}${count} step${count === 1 ? '' : 's'}`;
  return { ...passed(detail), findings: done.outcome.findings };
}

/** The first flow that needs it does it, and every other one waits for that. */
function onceFor(part: Part, values: Record<string, unknown>, step: Step, visit: Visit): Promise<Done> {
  const { run } = visit;
  const key = JSON.stringify([part.name, values]);
  const known = run.once.get(key);
  if (known) return known;
  const connections = new Connections();
  const own = visit.with({ cookies: new CookieJar(), connections, context: run.context });
  const done = take(part, values, step, own).finally(() => connections.closeAll());
  run.once.set(key, done);
  return done;
}

async function take(part: Part, values: Record<string, unknown>, step: Step, visit: Visit): Promise<Done> {
  const { context, run, cookies } = visit;
  const generated = generatedFor(part.generate, context);
  logGenerated(`${step.label} (${titleOf(step.declared)})`, generated, context);
  const scope = new Scope(new Map<string, unknown>([...run.plan.variables, ...generated, ...Object.entries(values)]));
  const { taken, ...outcome } = await takeSteps(part.steps, visit.with({ scope }));
  return { outcome, captured: scope.captured, cookies };
}
