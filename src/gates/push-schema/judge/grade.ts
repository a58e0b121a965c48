import type { Grade } from '../sql-rules/rule.ts';

const weight: Record<Grade, number> = { compatible: 0, breaking: 1, irreversible: 2 };

/** A migration's grade for going back, with the statement that causes it. */
export interface Graded {
  grade: Grade;
  because?: string;
}

export function isWorse(one: Grade, other: Grade): boolean {
  return weight[one] > weight[other];
}

/** `3 compatible, 1 breaking` */
export function countGrades(graded: Graded[]): string {
  const grades: Grade[] = ['compatible', 'breaking', 'irreversible'];
  return grades
    .map(grade => [grade, graded.filter(one => one.grade === grade)] as const)
    .filter(([, counted]) => counted.length > 0)
    .map(([grade, counted]) => `${counted.length} ${grade}`)
    .join(', ');
}
