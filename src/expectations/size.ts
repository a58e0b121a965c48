import { type FindingKind, found } from '../core/finding.ts';
import type { Expect } from './expectation.ts';
import { tooLarge } from './findings.ts';

export const wrongSize: FindingKind = {
  code: 'answer/wrong-size',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The body is smaller or larger than it can be when all is well.',
  cause: 'A build that came out empty, an error page with a good status, or an answer without its page limit.',
  help: 'Open the URL and look at what comes; compare with the build that was released.',
};

/** More of a body than a mebibyte is not read, so how much longer it is cannot be told. */
export const size: Expect = (expected, answer, about) => {
  const { 'at-least': least = 0, 'at-most': most = Number.POSITIVE_INFINITY } = expected.size ?? {};
  const isOver = answer.size > most || (answer.truncated && answer.size === most);
  const isWithin = answer.size >= least && (most === Number.POSITIVE_INFINITY || !answer.truncated);
  if (isWithin && !isOver) return [];
  const wanted = isOver || answer.size >= least ? `at most ${most}` : `at least ${least}`;
  if (answer.truncated && !isOver) {
    const message = `${about.target}: the body has over ${answer.size} bytes and is read no further, so whether it has ${wanted} is not known.`;
    return [found(tooLarge, { message, ...about.where })];
  }
  const message = `${about.target}: the body has ${answer.truncated ? 'over ' : ''}${answer.size} bytes, expected ${wanted}.`;
  return [found(wrongSize, { message, ...about.where })];
};
