import type { HttpAnswer } from '../../../clients/http.ts';
import type { FindingKind } from '../../../core/finding.ts';
import type { Verdict } from '../../../core/verdict.ts';

/** A page that something else answers in the service's place. */
export interface Page {
  kind: FindingKind;
  /** `error` if the request never reached the service. */
  verdict: Verdict;
  /** What to do, if that differs from the kind's own `help`. */
  help?: string;
  /** How to describe the answer after "answered"; undefined when it is not this page. */
  recognise(answer: HttpAnswer): string | undefined;
}

/** The address that an answer redirects to, without its query; empty when it does not redirect. */
export function getRedirect({ status, headers }: HttpAnswer): string {
  return status >= 300 && status < 400 ? (headers.location?.split('?')[0] ?? '') : '';
}

export function isHtml({ headers }: HttpAnswer): boolean {
  return headers['content-type']?.includes('html') ?? false;
}
