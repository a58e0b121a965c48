import type { GraphqlStep } from '../../../config/schema/smoke/steps/graphql.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { parseJson } from '../../../core/parse-json.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import { checkAnswer } from '../../../expectations/expect.ts';
import { capture } from '../captures/captures.ts';
import type { Step } from '../plan/model.ts';
import { readAnswer } from '../requests/send.ts';
import { resolveExpected } from '../resolve-expected.ts';
import type { StepAbout, Visit } from '../visit.ts';

export const graphqlErrors: FindingKind = {
  code: 'smoke/graphql-errors',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service answered the GraphQL request with errors, even if its HTTP status reports success.',
  cause: 'A field was renamed or removed, a resolver fails, or the user has no access.',
  help: "Read the errors in the message, and the service's log for this operation.",
};

/** Sends the operation (GraphQL over HTTP, POST with JSON), and checks its data and errors. */
export async function run(step: Step<GraphqlStep>, visit: Visit): Promise<Outcome> {
  const { scope } = visit;
  const { declared } = step;
  const url = visit.resolveAddress(step, declared.graphql);
  const about = visit.describe(step, url);
  const { document, operation } = declared;
  const content = {
    query: scope.resolveText(document),
    variables: scope.resolve(declared.variables),
    ...(operation !== undefined && { operationName: scope.resolveText(operation) }),
  };
  const accept = 'application/graphql-response+json, application/json';
  const answer = await visit.ask({
    method: 'POST',
    url: url.href,
    headers: { 'content-type': 'application/json', accept, ...visit.makeHeaders(step, url) },
    body: JSON.stringify(content),
    timeout: declared.timeout,
  });
  const { data, errors } = declared.expect;
  const json = resolveExpected({ ...(data !== undefined && { data }), ...(errors !== undefined && { errors }) }, scope);
  const unexpected = errors === undefined ? findErrors(answer.body, about) : [];
  const expected = { status: chooseStatus(errors, answer.status), json, within: declared.within };
  const wrong = unexpected.length > 0 ? unexpected : checkAnswer(expected, answer, about);
  const source = readAnswer(answer, visit.context.clock.now());
  const findings = wrong.length > 0 ? wrong : await capture(declared.capture, source, visit, about);
  return concludeFrom(findings, `${answer.status} in ${formatDuration(answer.took)}`);
}

/** Expected errors may come with any 4xx status (GraphQL over HTTP, section 6.4). */
function chooseStatus(errors: unknown, actual: number): number {
  return errors !== undefined && actual >= 400 && actual < 500 ? actual : 200;
}

function findErrors(body: string, { target, redact, where }: StepAbout): Finding[] {
  const answer = parseJson(body)?.value;
  const errors = answer !== null && typeof answer === 'object' && 'errors' in answer ? answer.errors : undefined;
  if (!Array.isArray(errors) || errors.length === 0) return [];
  const messages = errors
    .slice(0, 3)
    .map(error => makeExcerpt(String(error?.message ?? JSON.stringify(error)).replace(/\.$/, ''), redact));
  const more = errors.length > 3 ? ` and ${errors.length - 3} more` : '';
  return [
    found(graphqlErrors, { message: `${target} answered with errors: ${messages.join('; ')}${more}.`, ...where }),
  ];
}
