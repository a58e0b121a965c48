import { unknownReference } from '../../../config/findings.ts';
import { type Finding, found } from '../../../core/finding.ts';
import { suggestName } from '../../../core/nearest.ts';
import type { Step } from './model.ts';

/** Steps that listen to a connection which no step before them opens; `open` has the names of those that one does. */
export function findingsOfConnections(steps: Step[], open = new Set<string>()): Finding[] {
  return steps.flatMap(step => {
    const { declared } = step;
    if ('as' in declared && declared.as !== undefined) open.add(declared.as);
    if (step.part) return findingsOfConnections(step.part.steps, open);
    if (!('listen' in declared) || open.has(declared.listen)) return [];
    return [
      found(unknownReference, {
        message: `${step.label} listens to "${declared.listen}", which no step before it opens.`,
        help: `${open.size > 0 ? `${suggestName(declared.listen, open)} ` : ''}Open it in an earlier step, with \`as: ${declared.listen}\`.`,
        place: step.placeOf('listen'),
      }),
    ];
  });
}
