import { found } from '../../core/finding.ts';
import { excerpt } from './excerpt.ts';
import type { Expect } from './expect.ts';
import { missingText } from './findings.ts';

export const text: Expect = (expected, answer, about) => {
  if (expected.text === undefined || answer.body.includes(expected.text)) return [];
  const seen = `${about.target}: the body does not contain "${excerpt(expected.text, about.redact)}". It begins: ${excerpt(answer.body, about.redact)}`;
  return [found(missingText, { seen, ...about.where })];
};
