import type { HttpAnswer } from '../../../clients/http.ts';
import { invalidValue } from '../../../config/findings.ts';
import { hasPlaceholder } from '../../../config/interpolation.ts';
import type { AnswerPart } from '../../../config/schema/smoke/http.ts';
import { formatError, GateError } from '../../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { checkAnswer } from '../../../expectations/expect.ts';
import type { About, AnswerExpectation } from '../../../expectations/expectation.ts';
import { tooLarge, wrongJson } from '../../../expectations/findings.ts';
import { findDifferences, parseJson } from '../../../expectations/json.ts';
import type { Scope } from '../scope.ts';

export const breaksSchema: FindingKind = {
  code: 'answer/breaks-schema',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The JSON body does not keep to its JSON Schema.',
  cause: 'A field that was renamed, left out, or has another type in this release.',
  help: 'Mend the answer, or the schema where the change is meant; clients that rely on it will break too.',
};

type Resolved = Omit<AnswerPart, 'status'> & AnswerExpectation;

/** The part with every name in it replaced. */
export function resolvePart(part: AnswerPart, scope: Scope): Resolved {
  if (!hasPlaceholder(part)) return part;
  return {
    ...part,
    cookies: part.cookies.map(cookie => ({ ...cookie, name: scope.text(cookie.name) })),
    ...(part.headers && { headers: scope.value(part.headers) as typeof part.headers }),
    ...(part.values && { values: scope.value(part.values) as typeof part.values }),
    ...(part.json !== undefined && { json: scope.value(part.json) }),
    ...(part.exactly !== undefined && { exactly: scope.value(part.exactly) }),
    ...(part.text !== undefined && { text: scope.value(part.text) as typeof part.text }),
  };
}

/** All that is wrong with an answer in this part. */
export async function findingsOfPart(expected: Resolved, answer: HttpAnswer, about: About): Promise<Finding[]> {
  const wrong = checkAnswer(expected, answer, about);
  if (wrong.length > 0) return wrong;
  if (answer.truncated && (expected.exactly !== undefined || expected.schema !== undefined)) {
    const message = `${about.target}: the body is too large to be read to its end, so its JSON cannot be compared.`;
    return [found(tooLarge, { message, ...about.where })];
  }
  return [
    ...findingsOfExactly(expected, answer, about),
    ...(expected.schema === undefined ? [] : await findingsOfSchema(expected.schema, answer, about)),
  ];
}

/** Nothing is missing on either side. */
function findingsOfExactly({ exactly }: Resolved, answer: HttpAnswer, about: About): Finding[] {
  if (exactly === undefined) return [];
  const { target, redact, where } = about;
  const body = parseJson(answer.body);
  const missing = findDifferences(exactly, body?.value, redact);
  const more = body && missing.length === 0 ? unexpectedKeys(exactly, body.value, '$') : [];
  const differences = [...missing, ...more];
  return differences.length === 0
    ? []
    : [found(wrongJson, { message: `${target}: ${differences.slice(0, 10).join('; ')}.`, ...where })];
}

function unexpectedKeys(expected: unknown, actual: unknown, path: string): string[] {
  if (actual === null || typeof actual !== 'object' || expected === null || typeof expected !== 'object') return [];
  return Object.entries(actual).flatMap(([key, value]) => {
    const at = Array.isArray(actual) ? `${path}[${key}]` : `${path}.${key}`;
    return Object.hasOwn(expected, key)
      ? unexpectedKeys(Reflect.get(expected, key), value, at)
      : [`${at} is there, and not expected`];
  });
}

async function findingsOfSchema(schema: unknown, answer: HttpAnswer, { target, where }: About): Promise<Finding[]> {
  const body = parseJson(answer.body);
  if (body === undefined) {
    return [found(breaksSchema, { message: `${target}: the body is no JSON, so it keeps to no schema.`, ...where })];
  }
  const { violationsOf } = await import('./json-schema.ts');
  const violations = withReason(() => violationsOf(schema, body.value), `${target}: its \`schema\` is no JSON Schema`);
  if (violations.length === 0) return [];
  const more = violations.length > 5 ? `; and ${violations.length - 5} more` : '';
  return [found(breaksSchema, { message: `${target}: ${violations.slice(0, 5).join('; ')}${more}.`, ...where })];
}

/** A schema that is none is the fault of the test. */
function withReason<Result>(work: () => Result, message: string): Result {
  try {
    return work();
  } catch (error) {
    throw new GateError([found(invalidValue, { message: `${message}: ${formatError(error)}.` })]);
  }
}
