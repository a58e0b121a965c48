import type { HttpAnswer } from '../clients/http.ts';
import type { Expectation } from '../config/schema/http.ts';
import type { CookieExpectation } from '../config/schema/smoke.ts';
import type { Boundary, Finding, Place } from '../core/finding.ts';

export interface AnswerExpectation extends Expectation {
  /** Milliseconds that the answer may take. */
  within?: number | undefined;
  cookies?: CookieExpectation[];
}

/** What the answer belongs to: the request as a person reads it, and where it was declared. */
export interface About {
  target: string;
  /** Takes secrets out of a text; before it is cut, since half a secret would not be recognised. */
  redact(text: string): string;
  where: { boundary: Boundary; place?: Place };
}

/** One thing an answer is held against; finds what is wrong with it. */
export type Expect = (expected: AnswerExpectation, answer: HttpAnswer, about: About) => Finding[];
