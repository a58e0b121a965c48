import { type FindingKind, found } from '../../core/finding.ts';
import type { Expect } from './expectation.ts';

export const wrongSize: FindingKind = {
  code: 'answer/wrong-size',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The body is smaller or larger than it can be when all is well.',
  cause: 'A build that came out empty, an error page with a good status, or an answer without its page limit.',
  remedy: 'Open the URL and look at what comes; compare with the build that was released.',
};

/** More of a body than a mebibyte is not read, so a longer one counts as that long. */
export const size: Expect = (expected, answer, about) => {
  const { 'at-least': least = 0, 'at-most': most = Number.POSITIVE_INFINITY } = expected.size ?? {};
  const tooLarge = answer.size > most || (answer.truncated && most < Number.POSITIVE_INFINITY);
  if (answer.size >= least && !tooLarge) return [];
  const wanted = tooLarge ? `at most ${most}` : `at least ${least}`;
  const seen = `${about.target}: the body has ${answer.truncated ? 'over ' : ''}${answer.size} bytes, expected ${wanted}.`;
  return [found(wrongSize, { seen, ...about.where })];
};
