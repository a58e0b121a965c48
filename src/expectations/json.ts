import type { HttpAnswer } from '../clients/http.ts';
import { isMapping } from '../config/mapping.ts';
import { type Finding, found } from '../core/finding.ts';
import { pluralize } from '../core/plural.ts';
import { makeExcerpt } from './excerpt.ts';
import type { About, Expect } from './expectation.ts';
import { invalidJson, notJson, tooLarge, wrongJson } from './findings.ts';

export const json: Expect = (expected, answer, about) => {
  if (expected.json === undefined) return [];
  const body = parseBody(answer, about);
  if ('finding' in body) return [body.finding];
  const differences = findDifferences(expected.json, body.value, about.redact);
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
    const message = `${about.target} answered ${pluralize(answer.size, 'byte')} of ${kind} that cannot be parsed. The body begins: ${makeExcerpt(answer.body, about.redact)}`;
    return { finding: found(invalidJson, { message, ...about.where }) };
  }
  const message = `${about.target} answered ${kind}, expected JSON. The body begins: ${makeExcerpt(answer.body, about.redact)}`;
  return { finding: found(notJson, { message, ...about.where }) };
}

/** The parsed value, wrapped in an object because `null` is JSON too; undefined if the text is not JSON. */
export function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, '')) }; // some servers send a byte order mark
  } catch {
    return undefined; // the caller reports it
  }
}

/** What the actual value lacks, as sentences. Objects may have more keys than expected; lists may not have more items. */
export function findDifferences(
  expected: unknown,
  actual: unknown,
  redact?: (text: string) => string,
  path = '$',
): string[] {
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((item, index) => findDifferences(item, actual[index], redact, `${path}[${index}]`));
  }
  if (isMapping(expected) && isMapping(actual)) {
    return Object.entries(expected).flatMap(([key, item]) => {
      const own = Object.hasOwn(actual, key) ? actual[key] : undefined;
      return findDifferences(item, own, redact, `${path}.${key}`);
    });
  }
  if (!Array.isArray(expected) && !isMapping(expected) && Object.is(expected, actual)) return [];
  const show = (value: unknown) => makeExcerpt(JSON.stringify(value), redact);
  return [`${path} is ${actual === undefined ? 'missing' : show(actual)}, expected ${show(expected)}`];
}
