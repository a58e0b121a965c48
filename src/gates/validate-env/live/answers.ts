import { type HttpRequest, sendRequest, stripQuery } from '../../../clients/http.ts';
import { invalidRequest, NetworkError } from '../../../clients/network-error.ts';
import type { Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import type { Live } from './live.ts';

export const credentialRefused: FindingKind = {
  code: 'env/credential-refused',
  severity: 'error',
  boundary: 'provider',
  meaning: 'The provider rejects the credential, so every call that the service makes to it will fail.',
  cause: 'The key was revoked or rotated, belongs to another environment or project, or lacks a permission.',
  help: "Create a key in the provider's dashboard, and set it in this environment.",
};

export const providerUnwell: FindingKind = {
  code: 'env/provider-unwell',
  severity: 'error',
  boundary: 'provider',
  meaning: 'The provider is failing, so the gate could not verify the credential.',
  cause: 'The provider has an outage or a rate limit, or a proxy answered instead.',
  help: "Check the provider's status page, and run the gate again once it recovers.",
};

export const unexpectedStatus: FindingKind = {
  code: 'env/unexpected-status',
  severity: 'error',
  boundary: 'provider',
  meaning: 'The provider answered the declared request with an unexpected status.',
  cause: 'The address no longer exists, the account lacks the product, or the credential is for something else.',
  help: "Compare the address and the status in the contract with the provider's documentation.",
};

export type Tried = Pick<Live, 'name' | 'where'>;

export interface Answer {
  status: number;
  body: string;
}

/** Sends a request and passes the answer to `judge`. Reports a rate limit or an outage itself: no credential is at fault. */
export async function ask(
  { name, where }: Tried,
  request: Omit<HttpRequest, 'timeout' | 'signal'> & { timeout: number },
  signal: AbortSignal,
  judge: (answer: Answer, target: string) => Outcome,
): Promise<Outcome> {
  const target = stripQuery(request.url);
  try {
    const { status, body, headers } = await sendRequest({ ...request, signal });
    if (status === 429 || status >= 500) {
      const wait = headers['retry-after'];
      const asked = wait && /^[\w ,:+-]{1,40}$/.test(wait) ? ` and asked to wait (Retry-After: ${wait})` : '';
      const message = `${name}: ${target} answered ${status}${asked}.`;
      return { verdict: 'error', findings: [found(providerUnwell, { message, ...where })] };
    }
    return judge({ status, body }, target);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const finding = error.finding(where);
    const help =
      error.kind === invalidRequest
        ? finding.help
        : `Check the address in the contract, the status page of ${new URL(target).host}, and whether this runner may reach it; then run the gate again.`;
    // An unreachable provider says nothing about the release.
    return { verdict: 'error', findings: [{ ...finding, message: `${name}: ${finding.message}`, help }] };
  }
}

export function reportRefusal({ name, where }: Tried, target: string, status: number): Outcome {
  const message = `${name}: ${target} rejects it (${status}).`;
  return { verdict: 'failed', findings: [found(credentialRefused, { message, ...where })] };
}

export function reportStatus({ name, where }: Tried, target: string, status: number, wanted: string): Outcome {
  const message = `${name}: ${target} answered ${status}, not ${wanted}.`;
  return { verdict: 'failed', findings: [found(unexpectedStatus, { message, ...where })] };
}
