import type { HttpAnswer } from '../../../clients/http.ts';
import type { FindingKind } from '../../../core/finding.ts';
import type { Verdict } from '../../../core/verdict.ts';

/** Someone who answers in the service's place. */
export interface Page {
  kind: FindingKind;
  /** `error` where the service itself was never asked. */
  verdict: Verdict;
  /** What gives it away, in words that end a sentence after "answered"; undefined when it is not this page. */
  recognise(answer: HttpAnswer): string | undefined;
}

/** Where it redirects to, without the query; empty when it does not. */
export function getRedirect({ status, headers }: HttpAnswer): string {
  return status >= 300 && status < 400 ? (headers.location?.split('?')[0] ?? '') : '';
}

export function isHtml({ headers }: HttpAnswer): boolean {
  return headers['content-type']?.includes('html') ?? false;
}
