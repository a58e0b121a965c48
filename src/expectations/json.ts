import type { HttpAnswer } from '../clients/http.ts';
import { type Finding, found } from '../core/finding.ts';
import { deepest, hasMoreBrackets, parseJson } from '../core/parse-json.ts';
import { pluralize } from '../core/plural.ts';
import { findDifferences } from './differences.ts';
import { makeBodyExcerpt, makeExcerpt } from './excerpt.ts';
import type { About, Expect } from './expectation.ts';
import { invalidJson, notJson, tooLarge, wrongJson } from './findings.ts';

export const json: Expect = (expected, answer, about) => {
  if (expected.json === undefined) return [];
  const body = parseBody(answer, about);
  if ('finding' in body) return [body.finding];
  const differences = findDifferences(expected.json, body.value, { redact: about.redact, lists: expected.lists });
  if (differences.length === 0) return [];
  // The cause is often next to the value, such as the text of an error.
  const message = `${about.target}: ${differences.join('; ')}. The body begins: ${makeExcerpt(answer.body, about.redact)}`;
  return [found(wrongJson, { message, ...about.where })];
};

/** The body as JSON, or a finding if it is not JSON. */
export function parseBody(answer: HttpAnswer, about: About): { value: unknown } | { finding: Finding } {
  const body = parseJson(answer.body);
  if (body !== undefined) return body;
  if (answer.truncated) {
    const message = `${about.target}: the body is too large to read to its end, so its JSON cannot be compared.`;
    return { finding: found(tooLarge, { message, ...about.where }) };
  }
  const kind = answer.headers['content-type']?.split(';')[0] || 'text without a content type';
  if (/[/+]json$/i.test(kind.trim()) && answer.body !== '') {
    const fault = hasMoreBrackets(answer.body, deepest)
      ? `cannot be parsed, or is nested deeper than ${deepest} levels`
      : 'cannot be parsed';
    const message = `${about.target} answered ${pluralize(answer.size, 'byte')} of ${kind} that ${fault}. The body begins: ${makeExcerpt(answer.body, about.redact)}`;
    return { finding: found(invalidJson, { message, ...about.where }) };
  }
  if (answer.body === '') {
    const message = `${about.target} answered ${answer.status} with an empty body, expected JSON.`;
    return { finding: found(notJson, { message, ...about.where }) };
  }
  const message = `${about.target} answered ${kind}, expected JSON. The body begins: ${makeBodyExcerpt(answer, about.redact)}`;
  return { finding: found(notJson, { message, ...about.where }) };
}
