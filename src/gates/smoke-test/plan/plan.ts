import type { Configuration } from '../../../config/load.ts';
import type { Flow as DeclaredFlow, Generator } from '../../../config/schema/smoke.ts';
import type { GateContext } from '../../../core/context.ts';
import { GateError } from '../../../core/errors.ts';
import type { Finding } from '../../../core/finding.ts';
import type { ReleaseRecord } from '../../../core/record.ts';
import { generate } from '../generate.ts';
import { isTellingName } from '../secrets.ts';
import { findingsOfConnections } from './connections.ts';
import type { Flow, Plan } from './model.ts';
import { NameCheck } from './names.ts';
import { requestSettings } from './requests.ts';
import { chosenFlows, type Selection } from './selection.ts';
import { VariableReader } from './variables.ts';
import { planSteps } from './walk.ts';

/** What to run, and with what. Throws a GateError with everything that is wrong with it. */
export function planSmoke(
  config: Configuration,
  selection: Selection,
  context: GateContext,
  record?: ReleaseRecord,
): Plan {
  const findings: Finding[] = [];
  const names = new NameCheck(config);
  const variables = new VariableReader(config, context);
  const flows = chosenFlows(config, selection).map(([name, flow]) => {
    const planned = planFlow(name, flow, config, findings, context);
    const known = names.given(flow.generate, ['smoke', 'flows', name, 'generate']);
    names.steps(planned.steps, known);
    names.steps(planned.cleanUp, known);
    findings.push(...findingsOfConnections([...planned.steps, ...planned.cleanUp]));
    return planned;
  });
  const faults = [...names.findings, ...uniqueByPlace(findings)];
  if (faults.length > 0) throw new GateError(faults);

  for (const { steps, cleanUp } of flows) variables.steps([...steps, ...cleanUp]);
  for (const key of ['headers', 'protection-bypass'] as const) {
    variables.of(config.smoke[key], `\`smoke.${key}\``, ['smoke', key]);
  }
  if (variables.findings.length > 0) throw new GateError(variables.findings);
  return { flows, variables: variables.values, requests: requestSettings(config, variables.values, record) };
}

function planFlow(
  name: string,
  flow: DeclaredFlow,
  config: Configuration,
  findings: Finding[],
  context: GateContext,
): Flow {
  const path = ['smoke', 'flows', name];
  const around = { config, findings, label: name, service: flow.service, within: [name] };
  return {
    name,
    boundary: flow.boundary,
    tags: flow.tags,
    warns: flow.severity === 'warning' && !flow.tags.includes('critical'),
    after: flow.after,
    timeout: flow.timeout,
    generated: generatedFor(flow.generate, context),
    steps: planSteps(flow.steps, [...path, ...flow.stepsAt], { ...around, noun: 'step' }),
    cleanUp: planSteps(flow.finally, [...path, 'finally'], { ...around, noun: 'clean-up' }),
  };
}

/** Values that no run had before. A password that was made up opens a real account, so it is masked like any other. */
export function generatedFor(
  generators: Record<string, Generator>,
  { redactor, clock }: GateContext,
): Map<string, string> {
  const now = clock.now();
  const values = new Map(Object.entries(generators).flatMap(([name, generator]) => generate(name, generator, now)));
  for (const [name, value] of values) if (isTellingName(name)) redactor.add(value);
  return values;
}

/** Steps that several flows use are planned for each of them; once is enough to say what is wrong. */
function uniqueByPlace(findings: Finding[]): Finding[] {
  const byPlace = new Map<string, Finding>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.code, finding.place]);
    if (!byPlace.has(key)) byPlace.set(key, finding);
  }
  return [...byPlace.values()];
}
