import type { Variables } from '../../../core/context.ts';
import type { Place } from '../../../core/finding.ts';

/** What a source says of one variable. A source that says nothing of it does not have it. */
export type Reading =
  | { state: 'set'; value: string; place?: Place }
  /** `blank`: of white space. */
  | { state: 'empty'; blank: boolean; place?: Place }
  /** It is there, and no one may read it. */
  | { state: 'unreadable'; digest?: string };

/** Where a source is, as sentences need it. */
export interface At {
  /** `on Vercel`, `in .env.production`, `in this step`. */
  place: string;
  /** The same with a space before it; empty for the step, which goes without saying. */
  suffix: string;
}

/** All that one source says of the variables of one service. */
export interface Readings {
  at: At;
  get(variable: string): Reading | undefined;
  /** The variables that are there; none for the step, whose environment has many that are not the service's. */
  names: readonly string[];
  /** Those that what runs does not have yet. */
  staged: ReadonlySet<string>;
  /** What a person does to set a variable there. */
  howToSet(variable: string): string;
  /** The values that can be read, with those of the step for what cannot. Inherits no names. */
  variables: Variables;
}

/** A value as a source has it. */
export function readingOf(value: string, place?: Place): Reading {
  const at = place ? { place } : {};
  return value.trim() === '' ? { state: 'empty', blank: value !== '', ...at } : { state: 'set', value, ...at };
}

/** An object without inherited names, for values by name. */
export function variablesFrom(...parts: Variables[]): Variables {
  return Object.assign(Object.create(null), ...parts);
}
