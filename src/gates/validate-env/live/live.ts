import type { Variable } from '../../../config/schema/variables.ts';
import type { Outcome } from '../../../core/check.ts';
import type { GateContext, Variables } from '../../../core/context.ts';
import type { Where } from '../rule.ts';
import { findUnescaped } from '../types/escaping.ts';

/** One variable whose value is tried on its counterpart. */
export interface Live<Declared = Variable> {
  /** Such as `api.DATABASE_URL`. */
  name: string;
  declared: Declared;
  value: string;
  /** All variables that the service has. */
  variables: Variables;
  where: Where;
  /** The variables that the workflow passes, whatever files and platforms say. */
  passed: Variables;
  /** Hosts that the workflow allows requests to send variables to. */
  liveHosts: string[];
  context: GateContext;
}

/** One try of a value. `run` may throw a GateError. Its client is loaded only when it runs. */
export interface Attempt {
  /** Milliseconds. */
  within: number;
  run(signal: AbortSignal): Promise<Outcome>;
}

/** Milliseconds that the counterpart has where the contract does not say. */
export const standardWait = 10_000;

/** Whether a client can take the value as an address. The rule of its type reports a value that is not one. */
export function canConnect(value: string, scheme: RegExp): boolean {
  return URL.canParse(value) && scheme.test(new URL(value).protocol) && findUnescaped(value).length === 0;
}
