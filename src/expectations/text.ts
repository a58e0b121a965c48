import { found } from '../core/finding.ts';
import { makeExcerpt } from './excerpt.ts';
import type { Expect } from './expectation.ts';
import { missingText, tooLarge } from './findings.ts';

export const text: Expect = (expected, answer, about) => {
  if (expected.text === undefined || answer.body.includes(expected.text)) return [];
  if (answer.truncated) {
    const message = `${about.target}: the body is too large to read to its end, and the part that was read does not contain "${makeExcerpt(expected.text, about.redact)}".`;
    return [found(tooLarge, { message, ...about.where })];
  }
  const message = `${about.target}: the body does not contain "${makeExcerpt(expected.text, about.redact)}". The body begins: ${makeExcerpt(answer.body, about.redact)}`;
  return [found(missingText, { message, ...about.where })];
};
