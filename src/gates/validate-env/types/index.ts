import type { Variable } from '../../../config/schema/variables.ts';
import type { Boundary } from '../../../core/finding.ts';
import type { Rule } from '../rule.ts';
import type { EnvironmentType } from './environment-type.ts';
import { types } from './list.ts';

/** Special types before general ones: `draft` proposes the first whose guess fits. */
export const typesInOrder: EnvironmentType[] = Object.values(types).toSorted((a, b) => getRank(a) - getRank(b));

function getRank({ guess }: EnvironmentType): number {
  return guess?.rank ?? 0;
}

export function findType({ type = 'string' }: Variable): EnvironmentType {
  return types[type];
}

export const validateType: Rule = subject => findType(subject.declared).rule(subject);

/** The trust boundary of a variable: its own, or that of its type. */
export function findBoundary(declared: Variable): Boundary {
  return declared.boundary ?? findType(declared).boundary;
}
