import { found } from '../../core/finding.ts';
import { excerpt } from './excerpt.ts';
import type { Expect } from './expect.ts';
import { wrongHeader } from './findings.ts';

export const headers: Expect = (expected, answer, about) =>
  Object.entries(expected.headers ?? {}).flatMap(([name, wanted]) => {
    const value = Object.hasOwn(answer.headers, name.toLowerCase()) ? answer.headers[name.toLowerCase()] : undefined;
    if (value?.includes(wanted)) return [];
    const actual = value === undefined ? 'is missing' : `is "${excerpt(value, about.redact)}"`;
    return [
      found(wrongHeader, {
        seen: `${about.target}: the header ${name} ${actual}, expected "${wanted}".`,
        ...about.where,
      }),
    ];
  });
