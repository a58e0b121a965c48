import { type HttpAnswer, sendRequest, stripQuery } from '../../clients/http.ts';
import { NetworkError } from '../../clients/network-error.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { found, type Place } from '../../core/finding.ts';
import { makeExcerpt } from '../../expectations/excerpt.ts';
import { unusableAnswer } from './findings.ts';

export interface Source {
  url: string;
  headers: Record<string, string>;
  place: Place;
}

/** Milliseconds for one answer of a source of metrics. */
const timeout = 10_000;

/** The answer of a source of metrics. Throws a GateError unless it is good, and the signal's reason when aborted. */
export async function askSource(source: Source, context: GateContext, signal: AbortSignal): Promise<HttpAnswer> {
  const { url, headers, place } = source;
  const answer = await sendRequest({ method: 'GET', url, headers, timeout, signal }).catch(error => {
    if (error instanceof NetworkError) throw new GateError([error.finding({ place })]);
    throw error;
  });
  if (answer.status >= 200 && answer.status < 300) return answer;
  const said = makeExcerpt(answer.body, text => context.redactor.redact(text));
  const message = `${stripQuery(url)} answered ${answer.status}${said && `: ${said}`}.`;
  throw new GateError([found(unusableAnswer, { message, place })]);
}

/** The headers that a declaration asks for. */
export function buildHeaders(declared: {
  headers: Record<string, string>;
  bearer?: string | undefined;
}): Record<string, string> {
  const { headers, bearer } = declared;
  return bearer === undefined ? headers : { ...headers, authorization: `Bearer ${bearer}` };
}
