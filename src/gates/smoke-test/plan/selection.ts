import { invalidInput, invalidValue, missingSection } from '../../../config/findings.ts';
import type { Configuration } from '../../../config/load.ts';
import type { Flow } from '../../../config/schema/smoke.ts';
import { GateError } from '../../../core/errors.ts';
import { found } from '../../../core/finding.ts';
import { suggestName } from '../../../core/nearest.ts';

/** What the inputs choose; everything where they choose nothing. */
export interface Selection {
  flows: string[];
  tags: string[];
}

/**
 * The flows to run, none before one that it is `after`. What a chosen flow is after comes along. Throws a GateError for
 * a flow or tag that the configuration does not have, and for flows that wait for each other.
 */
export function chosenFlows(config: Configuration, selection: Selection): [string, Flow][] {
  const flows = config.smoke.flows;
  const names = Object.keys(flows);
  if (names.length === 0) {
    throw new GateError([found(missingSection, { message: `${config.path} declares no smoke flows.` })]);
  }
  const tags = [...new Set(Object.values(flows).flatMap(flow => flow.tags))];
  refuseUnknown('flows', 'flow', selection.flows, names, config);
  refuseUnknown('tags', 'tag', selection.tags, tags, config);
  const isChosen = ([name, flow]: [string, Flow]) =>
    (selection.flows.length === 0 || selection.flows.includes(name)) &&
    (selection.tags.length === 0 || flow.tags.some(tag => selection.tags.includes(tag)));
  const ordered = new Map<string, Flow>();
  for (const [name] of Object.entries(flows).filter(isChosen)) add(name, [], ordered, config);
  if (ordered.size === 0) {
    const message = `No flow of ${config.path} has both a name in the input \`flows\` and a tag in \`tags\`.`;
    throw new GateError([found(invalidInput, { message })]);
  }
  return [...ordered];
}

function add(name: string, before: string[], ordered: Map<string, Flow>, config: Configuration): void {
  const flow = config.smoke.flows[name];
  if (flow === undefined || ordered.has(name)) return;
  if (before.includes(name)) {
    const message = `The flows wait for each other: ${[...before.slice(before.indexOf(name)), name].join(' after ')}.`;
    const place = config.placeOf(['smoke', 'flows', name, 'after']);
    throw new GateError([found(invalidValue, { message, help: 'Take one of them out of `after`.', place })]);
  }
  for (const other of flow.after) add(other, [...before, name], ordered, config);
  ordered.set(name, flow);
}

function refuseUnknown(input: string, noun: string, wanted: string[], known: string[], config: Configuration): void {
  const unknown = wanted.filter(name => !known.includes(name));
  if (unknown.length === 0) return;
  throw new GateError(
    unknown.map(name =>
      found(invalidInput, {
        message: `The input \`${input}\` names "${name}", which is no ${noun} of ${config.path}.`,
        help: suggestName(name, known),
      }),
    ),
  );
}
