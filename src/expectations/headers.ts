import type { Matching } from '../config/schema/matchers.ts';
import { found } from '../core/finding.ts';
import { findMismatches } from './differences.ts';
import { makeExcerpt } from './excerpt.ts';
import type { About, Expect } from './expectation.ts';
import { wrongHeader } from './findings.ts';

/** A text must be part of the header. Other rules apply to the whole value. */
export const headers: Expect = (expected, answer, about) =>
  Object.entries(expected.headers ?? {}).flatMap(([name, wanted]) => {
    const key = name.toLowerCase();
    const actual = Object.hasOwn(answer.headers, key) ? answer.headers[key] : undefined;
    const differences = findDifferences(name, wanted, actual, about);
    return differences.map(text => found(wrongHeader, { message: `${about.target}: ${text}.`, ...about.where }));
  });

function findDifferences(
  name: string,
  wanted: string | Matching,
  actual: string | undefined,
  { redact }: About,
): string[] {
  if (typeof wanted !== 'string') return findMismatches(wanted, { name: `the header ${name}`, actual, redact });
  if (actual?.includes(wanted)) return [];
  const message = actual === undefined ? 'is missing' : `is "${makeExcerpt(actual, redact)}"`;
  return [`the header ${name} ${message}, expected ${wanted === '' ? 'any value' : `"${wanted}"`}`];
}
