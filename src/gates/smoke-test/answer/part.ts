import type { HttpAnswer } from '../../../clients/http.ts';
import { invalidValue } from '../../../config/findings.ts';
import { hasPlaceholderAnywhere } from '../../../config/interpolation.ts';
import { readRules } from '../../../config/schema/matchers.ts';
import type { AnswerPart } from '../../../config/schema/smoke/answer.ts';
import { formatError, GateError } from '../../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { parseJson } from '../../../core/parse-json.ts';
import { findDifferences } from '../../../expectations/differences.ts';
import { checkAnswer } from '../../../expectations/expect.ts';
import type { About, AnswerExpectation } from '../../../expectations/expectation.ts';
import { tooLarge, wrongJson } from '../../../expectations/findings.ts';
import { resolveExpected, resolveMatching } from '../resolve-expected.ts';
import type { Scope } from '../scope.ts';
import { checkSelected, splitValues, type Values } from './selected-values.ts';

export const breaksSchema: FindingKind = {
  code: 'answer/breaks-schema',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The JSON body does not match its JSON Schema.',
  cause: 'This release renamed a field, removed it, or changed its type.',
  help: 'Fix the answer. If the change is intended, update the schema, and expect clients that rely on the old shape to break.',
};

type Headers = NonNullable<AnswerPart['headers']>;

type Resolved = Omit<AnswerPart, 'status'> & AnswerExpectation;

/** The part with every name replaced. */
export function resolvePart(part: AnswerPart, scope: Scope): Resolved {
  if (!hasPlaceholderAnywhere(part)) return part;
  return {
    ...part,
    cookies: part.cookies.map(cookie => ({ ...cookie, name: scope.resolveText(cookie.name) })),
    ...(part.headers && { headers: resolveHeaders(part.headers, scope) }),
    ...(part.values && { values: resolveValues(part.values, scope) }),
    ...(part.json !== undefined && { json: resolveExpected(part.json, scope) }),
    ...(part.schema !== undefined && { schema: scope.resolve(part.schema) }),
    ...(part.exactly !== undefined && { exactly: resolveExpected(part.exactly, scope) }),
    ...(part.text !== undefined && { text: scope.resolve(part.text) as typeof part.text }),
  };
}

function resolveValues(values: Values, scope: Scope): Values {
  const entries = Object.entries(values).map(([path, wanted]) => [
    scope.resolvePath(path),
    resolveMatching(wanted, scope),
  ]);
  return Object.fromEntries(entries) as Values;
}

function resolveHeaders(headers: Headers, scope: Scope): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, wanted]) => [
      scope.resolveText(name),
      typeof wanted === 'string' ? scope.resolveText(wanted) : resolveMatching(wanted, scope),
    ]),
  );
}

/** Finds all that is wrong with an answer in this part. */
export async function checkPart(expected: Resolved, answer: HttpAnswer, about: About): Promise<Finding[]> {
  const { single, wide } = splitValues(expected.values);
  const wrong = checkAnswer({ ...expected, values: single }, answer, about);
  if (wrong.length > 0) return wrong;
  if (answer.truncated && (expected.exactly !== undefined || expected.schema !== undefined)) {
    const message = `${about.target}: the body is too large to read to its end, so its JSON cannot be compared.`;
    return [found(tooLarge, { message, ...about.where })];
  }
  return [
    ...(await checkSelected(wide, answer, about)),
    ...checkExactly(expected, answer, about),
    ...(expected.schema === undefined ? [] : await checkSchema(expected.schema, answer, about)),
  ];
}

/** Checks that nothing is missing and nothing is added. */
function checkExactly({ exactly }: Resolved, answer: HttpAnswer, about: About): Finding[] {
  if (exactly === undefined) return [];
  const { target, redact, where } = about;
  const body = parseJson(answer.body);
  const missing = findDifferences(exactly, body?.value, { redact });
  const more = body && missing.length === 0 ? findUnexpectedKeys(exactly, body.value, '$') : [];
  const differences = [...missing, ...more];
  return differences.length === 0
    ? []
    : [found(wrongJson, { message: `${target}: ${differences.slice(0, 10).join('; ')}.`, ...where })];
}

function findUnexpectedKeys(expected: unknown, actual: unknown, path: string): string[] {
  if (actual === null || typeof actual !== 'object' || expected === null || typeof expected !== 'object') return [];
  if (readRules(expected) !== undefined) return []; // the rules say what may be there
  return Object.entries(actual).flatMap(([key, value]) => {
    const at = Array.isArray(actual) ? `${path}[${key}]` : `${path}.${key}`;
    return Object.hasOwn(expected, key)
      ? findUnexpectedKeys(Reflect.get(expected, key), value, at)
      : [`${at} is not expected`];
  });
}

async function checkSchema(schema: unknown, answer: HttpAnswer, { target, where }: About): Promise<Finding[]> {
  const body = parseJson(answer.body);
  if (body === undefined) {
    return [
      found(breaksSchema, { message: `${target}: the body is not JSON, so it cannot match the schema.`, ...where }),
    ];
  }
  const { findViolations } = await import('./json-schema.ts');
  const violations = orBlameTest(
    () => findViolations(schema, body.value),
    `${target}: its \`schema\` is not a valid JSON Schema`,
  );
  if (violations.length === 0) return [];
  const more = violations.length > 5 ? `; and ${violations.length - 5} more` : '';
  return [found(breaksSchema, { message: `${target}: ${violations.slice(0, 5).join('; ')}${more}.`, ...where })];
}

/** An invalid schema is a fault of the test, not of the release. */
function orBlameTest<Result>(work: () => Result, message: string): Result {
  try {
    return work();
  } catch (error) {
    throw new GateError([found(invalidValue, { message: `${message}: ${formatError(error)}.` })]);
  }
}
