import type { Variables } from '../../../core/context.ts';
import type { Place } from '../../../core/finding.ts';

/** What a source knows about one variable; undefined where the source does not have it. */
export type Reading =
  | { state: 'set'; value: string; place?: Place }
  /** `blank`: of white space. */
  | { state: 'empty'; blank: boolean; place?: Place }
  /** It is set, but nobody can read its value. */
  | { state: 'unreadable'; digest?: string };

/** Where a source is, as sentences need it. */
export interface At {
  /** `on Vercel`, `in .env.production`, `in this step`. */
  place: string;
  /** The same with a space before it; empty for the step, which goes without saying. */
  suffix: string;
}

/** The variables of one service as one source has them. */
export interface Readings {
  kind: 'step' | 'platform' | 'github' | 'files';
  at: At;
  get(variable: string): Reading | undefined;
  /** The variables the source has; none for the step, whose environment has many that are not the service's. */
  names: readonly string[];
  /** Variables that are set but not deployed yet. */
  staged: ReadonlySet<string>;
  /** Whether a build of the service sees these variables. */
  seenByBuild: boolean;
  /** A sentence that tells a person how to set a variable there. */
  explainSetting(variable: string): string;
  /** A sentence that tells how to deploy the staged variables; undefined where the source stages none. */
  explainDeploying?: string | undefined;
  /** The values that can be read, with those of the step for the others. Inherits no names. */
  variables: Variables;
}

/** What a source knows when it has this value. */
export function readValue(value: string, place?: Place): Reading {
  const at = place ? { place } : {};
  return value.trim() === '' ? { state: 'empty', blank: value !== '', ...at } : { state: 'set', value, ...at };
}

/** An object without inherited names, for values by name. */
export function mergeVariables(...parts: Variables[]): Variables {
  return Object.assign(Object.create(null), ...parts);
}
