import { unknownReference } from '../../../config/findings.ts';
import { type Finding, found } from '../../../core/finding.ts';
import { suggestName } from '../../../core/nearest.ts';
import type { Step } from './model.ts';

/** Finds steps that listen to a connection that no earlier step opens. `open` collects the names of open connections. */
export function checkConnections(steps: Step[], open = new Set<string>()): Finding[] {
  return steps.flatMap(step => {
    const { declared } = step;
    if ('as' in declared && declared.as !== undefined) open.add(declared.as);
    if (step.part) return checkConnections(step.part.steps, open);
    if (!('listen' in declared) || open.has(declared.listen)) return [];
    return [
      found(unknownReference, {
        message: `${step.label} listens to "${declared.listen}", which no earlier step opens.`,
        help: `${open.size > 0 ? `${suggestName(declared.listen, open)} ` : ''}Open it in an earlier step, with \`as: ${declared.listen}\`.`,
        place: step.placeOf('listen'),
      }),
    ];
  });
}
