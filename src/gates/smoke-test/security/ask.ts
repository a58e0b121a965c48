import type { HttpAnswer } from '../../../clients/http.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  json?: unknown;
  body?: string;
}

/** One request of a security step: with the step's headers and the flow's cookies, and what is given besides. */
export function ask(
  step: Step & { declared: { timeout: number } },
  url: URL,
  asked: Asked,
  visit: Visit,
): Promise<HttpAnswer> {
  const { method = 'get', headers, json, body } = asked;
  const content = json === undefined ? body : JSON.stringify(visit.scope.value(json));
  return visit.ask({
    method: method.toUpperCase(),
    url: url.href,
    headers: {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...visit.headersFor(step, url),
      ...headers,
    },
    ...(content !== undefined && { body: content }),
    timeout: step.declared.timeout,
  });
}

/** The step with its declared form, for those that are sure of its kind. */
export function as<Declared extends Step['declared']>(step: Step, declared: Declared): Step & { declared: Declared } {
  return { ...step, declared };
}
