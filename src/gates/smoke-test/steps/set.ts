import { invalidValue } from '../../../config/findings.ts';
import type { MadeValue, SetStep } from '../../../config/schema/smoke/steps/set.ts';
import { type Outcome, passed } from '../../../core/check.ts';
import { GateError } from '../../../core/errors.ts';
import { found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import type { Step } from '../plan/model.ts';
import { looksSecret } from '../secrets.ts';
import { makeValue } from '../values/make.ts';
import type { Visit } from '../visit.ts';

/** Makes each value in its order, so that it can use the values above it. Masks keys, tokens and codes. */
export async function run(step: Step<SetStep>, visit: Visit): Promise<Outcome> {
  const { scope, context } = visit;
  const made = Object.entries(step.declared.set);
  for (const [name, declared] of made) {
    for (const secret of listKeys(declared)) context.redactor.add(scope.resolveText(secret));
    const result = makeValue(declared, scope, context.clock.now());
    if ('fault' in result) {
      const message = `${step.label}: ${name} has no value, because ${result.fault}.`;
      throw new GateError([found(invalidValue, { message, place: step.placeOf('set', name) })]);
    }
    scope.set(name, result.value);
    for (const [part, value] of Object.entries(result.parts ?? {})) scope.set(`${name}.${part}`, value);
    if ('totp' in declared || looksSecret(name, result.value)) context.redactor.add(String(result.value));
  }
  return passed(pluralize(made.length, 'value'));
}

function listKeys(declared: MadeValue): string[] {
  return [...('key' in declared ? [declared.key] : []), ...('totp' in declared ? [declared.totp] : [])];
}
