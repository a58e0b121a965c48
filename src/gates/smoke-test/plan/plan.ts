import type { Configuration } from '../../../config/load.ts';
import type { Flow as DeclaredFlow } from '../../../config/schema/smoke.ts';
import type { GateContext } from '../../../core/context.ts';
import { GateError } from '../../../core/errors.ts';
import type { Finding } from '../../../core/finding.ts';
import type { ReleaseRecord } from '../../../core/record.ts';
import { generateValues } from '../generate.ts';
import { checkConnections } from './connections.ts';
import type { Flow, Plan } from './model.ts';
import { NameCheck } from './names.ts';
import { buildRequestSettings } from './requests.ts';
import { type Selection, selectFlows } from './selection.ts';
import { VariableReader } from './variables.ts';
import { planSteps } from './walk.ts';

/** Plans what to run, and with what. Throws a GateError with everything that is wrong. */
export function planSmoke(
  config: Configuration,
  selection: Selection,
  context: GateContext,
  record?: ReleaseRecord,
): Plan {
  const planned = selectFlows(config, selection).map(([name, flow]) => planFlow(name, flow, config, context));
  const flows = planned.map(({ flow }) => flow);
  const names = new NameCheck(config);
  for (const { name, steps, cleanUp } of flows) {
    const known = names.checkGenerated(config.smoke.flows[name]?.generate ?? {}, ['smoke', 'flows', name, 'generate']);
    names.checkSteps(steps, known);
    names.checkSteps(cleanUp, known);
  }
  const faults = [...names.findings, ...removeRepeats(planned.flatMap(({ findings }) => findings))];
  if (faults.length > 0) throw new GateError(faults);

  const variables = new VariableReader(config, context);
  for (const { steps, cleanUp } of flows) variables.readSteps([...steps, ...cleanUp]);
  for (const key of ['headers', 'protection-bypass'] as const) {
    variables.readValue(config.smoke[key], `\`smoke.${key}\``, ['smoke', key]);
  }
  if (variables.findings.length > 0) throw new GateError(variables.findings);
  return {
    flows,
    variables: variables.values,
    requests: buildRequestSettings(config, variables.values, record),
    config,
  };
}

function planFlow(
  name: string,
  flow: DeclaredFlow,
  config: Configuration,
  context: GateContext,
): { flow: Flow; findings: Finding[] } {
  const path = ['smoke', 'flows', name];
  const around = { config, label: name, service: flow.service, within: [name] };
  const steps = planSteps(flow.steps, [...path, ...flow.stepsAt], { ...around, noun: 'step' });
  const cleanUp = planSteps(flow.finally, [...path, 'finally'], { ...around, noun: 'clean-up' });
  return {
    flow: {
      name,
      boundary: flow.boundary,
      tags: flow.tags,
      warns: flow.severity === 'warning' && !flow.tags.includes('critical'),
      after: flow.after,
      timeout: flow.timeout,
      generated: generateValues(flow.generate, context),
      steps: steps.value,
      cleanUp: cleanUp.value,
    },
    findings: [...steps.findings, ...cleanUp.findings, ...checkConnections([...steps.value, ...cleanUp.value])],
  };
}

/** Steps that several flows use are planned for each flow, but each of their findings is reported once. */
function removeRepeats(findings: Finding[]): Finding[] {
  const byPlace = new Map<string, Finding>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.code, finding.place]);
    if (!byPlace.has(key)) byPlace.set(key, finding);
  }
  return [...byPlace.values()];
}
