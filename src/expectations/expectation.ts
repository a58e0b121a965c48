import type { HttpAnswer } from '../clients/http.ts';
import type { Expectation } from '../config/schema/http.ts';
import type { CookieExpectation } from '../config/schema/smoke.ts';
import type { Boundary, Finding, Place } from '../core/finding.ts';

export interface AnswerExpectation extends Expectation {
  /** How long the answer may take; milliseconds. */
  within?: number | undefined;
  cookies?: CookieExpectation[];
  /** Whether a list in `json` is the whole list, or names items that it contains. Default: the whole. */
  lists?: 'whole' | 'contained';
}

/** What the findings of an answer have in common: the request as people read it, and its place in a file. */
export interface About {
  target: string;
  /** Removes secrets from a text. Redact before you cut: half a secret would not be recognized. */
  redact(text: string): string;
  where: { boundary: Boundary; place?: Place };
}

/** Checks one thing about an answer. */
export type Expect = (expected: AnswerExpectation, answer: HttpAnswer, about: About) => Finding[];
