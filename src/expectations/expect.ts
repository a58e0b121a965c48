import type { HttpAnswer } from '../clients/http.ts';
import type { Finding } from '../core/finding.ts';
import { charset } from './charset.ts';
import { cookies } from './cookies.ts';
import type { About, AnswerExpectation, Expect } from './expectation.ts';
import { headers } from './headers.ts';
import { json } from './json.ts';
import { latency } from './latency.ts';
import { size } from './size.ts';
import { status } from './status.ts';
import { text } from './text.ts';
import { values } from './values.ts';

const expectations: Expect[] = [status, headers, cookies, charset, json, values, text, size, latency];

/** Finds all that is wrong with an answer. After a wrong status it checks nothing else, because the body is another one. */
export function checkAnswer(expected: AnswerExpectation, answer: HttpAnswer, about: About): Finding[] {
  const wrong = status(expected, answer, about);
  return wrong.length > 0 ? wrong : expectations.flatMap(expect => expect(expected, answer, about));
}
