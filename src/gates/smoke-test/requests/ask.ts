import type { HttpAnswer } from '../../../clients/http.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';

interface Request {
  method?: string;
  headers?: Record<string, string>;
  json?: unknown;
  body?: string;
}

/** Sends one request of a security step, with the headers of the step and the cookies of the flow. */
export function ask(
  step: Step & { declared: { timeout: number } },
  url: URL,
  { method = 'get', headers, json, body }: Request,
  visit: Visit,
): Promise<HttpAnswer> {
  const content = json === undefined ? body : JSON.stringify(visit.scope.resolve(json));
  return visit.ask({
    method: method.toUpperCase(),
    url: url.href,
    headers: {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...visit.makeHeaders(step, url),
      ...headers,
    },
    ...(content !== undefined && { body: content }),
    timeout: step.declared.timeout,
  });
}
