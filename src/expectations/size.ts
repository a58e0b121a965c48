import { type FindingKind, found } from '../core/finding.ts';
import type { Expect } from './expectation.ts';
import { tooLarge } from './findings.ts';

export const wrongSize: FindingKind = {
  code: 'answer/wrong-size',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The body is smaller or larger than a correct one can be.',
  cause: 'The build is empty, an error page has a success status, or the answer lacks its page limit.',
  help: 'Open the URL, and compare the answer with the build that was released.',
};

/** The gate reads at most a mebibyte of a body, so it does not know how much longer a body is. */
export const size: Expect = (expected, answer, about) => {
  const { 'at-least': least = 0, 'at-most': most = Number.POSITIVE_INFINITY } = expected.size ?? {};
  const isOver = answer.size > most || (answer.truncated && answer.size === most);
  const isWithin = answer.size >= least && (most === Number.POSITIVE_INFINITY || !answer.truncated);
  if (isWithin && !isOver) return [];
  const wanted = isOver || answer.size >= least ? `at most ${most}` : `at least ${least}`;
  if (answer.truncated && !isOver) {
    const message = `${about.target}: the gate reads ${answer.size} bytes of the body, which is longer, so it cannot check for ${wanted} bytes.`;
    return [found(tooLarge, { message, ...about.where })];
  }
  const message = `${about.target}: the body has ${answer.truncated ? 'over ' : ''}${answer.size} bytes, expected ${wanted}.`;
  return [found(wrongSize, { message, ...about.where })];
};
