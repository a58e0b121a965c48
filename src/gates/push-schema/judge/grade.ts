import type { Grade } from './rule.ts';

const weight: Record<Grade, number> = { compatible: 0, breaking: 1, irreversible: 2 };

/** A migration's grade for going back, with the statement that makes it so. */
export interface Graded {
  grade: Grade;
  because?: string;
}

export function isWorse(one: Grade, other: Grade): boolean {
  return weight[one] > weight[other];
}
