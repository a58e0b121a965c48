import type { Variable } from '../../../config/schema/variables.ts';
import type { Variables } from '../../../core/context.ts';
import type { Boundary, Finding, Place } from '../../../core/finding.ts';

/** One variable of the contract, with all that a rule may look at. No rule ever shows a value. */
export interface Subject<Declared = Variable> {
  /** Such as `api.JWT_SECRET`; the variable alone where there is no service. */
  name: string;
  variable: string;
  declared: Declared;
  /** Neither missing nor empty. */
  value: string;
  /** All variables of the step, for rules that compare. */
  variables: Variables;
  where: { boundary: Boundary; place?: Place };
}

/** Holds a value against one thing its declaration asks for. */
export type Rule<Declared = Variable> = (subject: Subject<Declared>) => Finding[];
