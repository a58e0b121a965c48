import type { HttpAnswer } from '../../clients/http.ts';
import type { Expectation } from '../../config/schema/http.ts';
import type { CookieExpectation } from '../../config/schema/smoke.ts';
import type { Boundary, Finding, Place } from '../../core/finding.ts';
import { charset } from './charset.ts';
import { cookies } from './cookies.ts';
import { headers } from './headers.ts';
import { json } from './json.ts';
import { latency } from './latency.ts';
import { size } from './size.ts';
import { status } from './status.ts';
import { text } from './text.ts';
import { values } from './values.ts';

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

const expectations: Expect[] = [status, headers, cookies, charset, json, values, text, size, latency];

/** All that is wrong with an answer. After a wrong status the body is another one, so nothing more is said of it. */
export function findingsOfAnswer(expected: AnswerExpectation, answer: HttpAnswer, about: About): Finding[] {
  const wrong = status(expected, answer, about);
  return wrong.length > 0 ? wrong : expectations.flatMap(expect => expect(expected, answer, about));
}
