import { type Check, judged, type Outcome, passed } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import type { Declaration } from './options.ts';
import { differsFrom } from './rules/differs-from.ts';
import { equals } from './rules/equals.ts';
import { absence } from './rules/present.ts';
import type { Rule } from './rules/rule.ts';
import { boundaryOf, findingsOfType } from './types/type.ts';

const rules: Rule[] = [findingsOfType, equals, differsFrom];

/** Decides whether one variable is as the contract declares it. */
export function variableCheck(declaration: Declaration, context: GateContext): Check {
  const boundary = boundaryOf(declaration.declared);
  return { name: declaration.name, boundary, run: () => judge(declaration, context) };
}

function judge({ name, variable, declared, place }: Declaration, context: GateContext): Outcome {
  const { variables } = context;
  const where = { boundary: boundaryOf(declared), ...(place && { place }) };
  const subject = { name, variable, declared, variables, where };
  const value = variables[variable];
  if (value?.trim())
    return judged(
      rules.flatMap(rule => rule({ ...subject, value })),
      'set',
    );
  if (declared.default !== undefined) return passed('not set; the service has a default');
  if (!declared.required) return passed('not set; optional');
  // Without secrets nothing can be said of the release.
  const finding = absence(subject, context.secretsWithheld);
  return context.secretsWithheld ? { verdict: 'error', findings: [finding] } : judged([finding]);
}
