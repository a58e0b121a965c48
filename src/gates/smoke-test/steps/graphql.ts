import type { GraphqlStep } from '../../../config/schema/smoke/oauth.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import { checkAnswer } from '../../../expectations/expect.ts';
import { parseJson } from '../../../expectations/json.ts';
import { capture } from '../captures/captures.ts';
import type { Step } from '../plan/model.ts';
import type { StepAbout, Visit } from '../visit.ts';
import { sourceOf } from './http.ts';

export const graphqlErrors: FindingKind = {
  code: 'smoke/graphql-errors',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The GraphQL request was answered with errors, though its HTTP status may say that all is well.',
  cause: 'A field that was renamed or taken out, a resolver that fails, or a user who may not see it.',
  help: "Look at the errors that are named, and at the service's log for this operation.",
};

/** Sends the operation over HTTP (GraphQL over HTTP, POST with JSON), and holds its data against what is expected. */
export async function runGraphqlStep(declared: GraphqlStep, step: Step, visit: Visit): Promise<Outcome> {
  const { scope } = visit;
  const url = visit.addressOf(step, declared.graphql);
  const about = visit.about(step, url);
  const { document, operation } = declared;
  const content = {
    query: document,
    variables: scope.value(declared.variables),
    ...(operation !== undefined && { operationName: operation }),
  };
  const accept = 'application/graphql-response+json, application/json';
  const answer = await visit.ask({
    method: 'POST',
    url: url.href,
    headers: { 'content-type': 'application/json', accept, ...visit.headersFor(step, url) },
    body: JSON.stringify(content),
    timeout: declared.timeout,
  });
  const { data, errors } = declared.expect;
  const expected = scope.value({ ...(data !== undefined && { data }), ...(errors !== undefined && { errors }) });
  const unexpected = errors === undefined ? findingsOfErrors(answer.body, about) : [];
  const wrong =
    unexpected.length > 0
      ? unexpected
      : checkAnswer(
          { status: statusesOf(errors, answer.status), json: expected, within: declared.within },
          answer,
          about,
        );
  const source = sourceOf(answer, visit.context.clock.now());
  const findings = wrong.length > 0 ? wrong : await capture(declared.capture, source, visit, about);
  return concludeFrom(findings, `${answer.status} in ${formatDuration(answer.took)}`);
}

/** Expected errors may come with any status of the request's fault (GraphQL over HTTP, section 6.4). */
function statusesOf(errors: unknown, actual: number): number {
  return errors !== undefined && actual >= 400 && actual < 500 ? actual : 200;
}

function findingsOfErrors(body: string, { target, redact, where }: StepAbout): Finding[] {
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
