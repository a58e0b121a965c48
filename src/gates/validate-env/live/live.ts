import type { Outcome } from '../../../core/check.ts';
import type { GateContext, Variables } from '../../../core/context.ts';
import type { Declaration } from '../options.ts';
import type { Where } from '../rules/rule.ts';

/** One variable whose value is tried on what it leads to. */
export interface Live {
  declaration: Declaration;
  value: string;
  /** All variables that the service has. */
  variables: Variables;
  where: Where;
  context: GateContext;
}

/** Tries one kind of value. It may throw a GateError; the check that runs it makes an outcome of that. */
export type Try<Options> = (live: Live, options: Options, signal: AbortSignal) => Promise<Outcome>;
