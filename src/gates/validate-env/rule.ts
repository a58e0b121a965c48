import type { Variable } from '../../config/schema/variables.ts';
import type { Variables } from '../../core/context.ts';
import type { Boundary, Finding, Place } from '../../core/finding.ts';

/** What every finding about a variable has in common. */
export interface Where {
  boundary: Boundary;
  readonly place?: Place | undefined;
}

/** One variable of the contract, with all that a rule may use. No rule ever shows a value. */
export interface Subject<Declared = Variable> {
  /** Such as `api.JWT_SECRET`, with the source where it is not the step: `api.JWT_SECRET on Vercel`. */
  name: string;
  variable: string;
  declared: Declared;
  /** Neither missing nor empty. */
  value: string;
  /** All variables that the service has, for rules that compare. */
  variables: Variables;
  /** Milliseconds since the epoch, for what expires. */
  now: number;
  /** The values in the repository's example files, which everyone can read. */
  examples: ReadonlySet<string>;
  where: Where;
}

/** Checks a value against one part of its declaration. */
export type Rule<Declared = Variable> = (subject: Subject<Declared>) => Finding[];
