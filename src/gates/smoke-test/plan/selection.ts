import { invalidInput, invalidValue, missingSection } from '../../../config/findings.ts';
import type { Configuration } from '../../../config/load.ts';
import type { Flow } from '../../../config/schema/smoke.ts';
import { GateError } from '../../../core/errors.ts';
import { type Finding, found } from '../../../core/finding.ts';
import { suggestName } from '../../../core/nearest.ts';

/** What the inputs select. An empty list selects everything. */
export interface Selection {
  flows: string[];
  tags: string[];
}

/**
 * The flows to run, each after the flows that it is `after`, which are selected with it. Throws a GateError for an
 * unknown flow or tag, and for flows that wait for each other.
 */
export function selectFlows(config: Configuration, selection: Selection): [string, Flow][] {
  const flows = config.smoke.flows;
  const names = Object.keys(flows);
  if (names.length === 0) {
    throw new GateError([found(missingSection, { message: `${config.path} declares no smoke flows.` })]);
  }
  const tags = [...new Set(Object.values(flows).flatMap(flow => flow.tags))];
  const unknown = [
    ...checkNames(
      selection.flows,
      names,
      name => `The input \`flows\` names "${name}", but ${config.path} has no such flow.`,
    ),
    ...checkNames(
      selection.tags,
      tags,
      name => `The input \`tags\` names "${name}", but no flow of ${config.path} has that tag.`,
    ),
  ];
  if (unknown.length > 0) throw new GateError(unknown);
  const isSelected = ([name, flow]: [string, Flow]) =>
    (selection.flows.length === 0 || selection.flows.includes(name)) &&
    (selection.tags.length === 0 || flow.tags.some(tag => selection.tags.includes(tag)));
  const ordered = new Map<string, Flow>();
  for (const [name] of Object.entries(flows).filter(isSelected)) addInOrder(name, [], ordered, config);
  if (ordered.size === 0) {
    const message = `No flow of ${config.path} matches both the input \`flows\` and the input \`tags\`.`;
    throw new GateError([found(invalidInput, { message })]);
  }
  return [...ordered];
}

function addInOrder(name: string, before: string[], ordered: Map<string, Flow>, config: Configuration): void {
  const flow = config.smoke.flows[name];
  if (flow === undefined || ordered.has(name)) return;
  if (before.includes(name)) {
    const message = `The flows wait for each other: ${[...before.slice(before.indexOf(name)), name].join(' after ')}.`;
    const place = config.placeOf(['smoke', 'flows', name, 'after']);
    throw new GateError([found(invalidValue, { message, help: 'Remove one of them from `after`.', place })]);
  }
  for (const other of flow.after) addInOrder(other, [...before, name], ordered, config);
  ordered.set(name, flow);
}

function checkNames(wanted: string[], known: string[], explain: (name: string) => string): Finding[] {
  return wanted
    .filter(name => !known.includes(name))
    .map(name => found(invalidInput, { message: explain(name), help: suggestName(name, known) }));
}
