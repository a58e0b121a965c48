import type { Grade } from './rule.ts';

const weight: Record<Grade, number> = { compatible: 0, breaking: 1, irreversible: 2 };

/** A migration's grade for going back, with the statement that makes it so. */
export interface Graded {
  grade: Grade;
  because?: string;
}

/** The worse of two; of two that are alike, the first. */
export function worseOf(one: Graded, other: Graded): Graded {
  return weight[other.grade] > weight[one.grade] ? other : one;
}
