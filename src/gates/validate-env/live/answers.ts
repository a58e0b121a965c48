import { type HttpRequest, sendRequest, stripQuery } from '../../../clients/http.ts';
import { invalidRequest, NetworkError } from '../../../clients/network-error.ts';
import type { Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import type { Live } from './live.ts';

export const credentialRefused: FindingKind = {
  code: 'env/credential-refused',
  severity: 'error',
  boundary: 'provider',
  meaning: 'The provider does not accept the credential, so every call of the service to it will fail.',
  cause: 'A key that was revoked or rotated, one of another environment or project, or one with too few rights.',
  help: "Make a new key at the provider's dashboard, and set it in this environment.",
};

export const providerUnwell: FindingKind = {
  code: 'env/provider-unwell',
  severity: 'error',
  boundary: 'provider',
  meaning: 'The provider does not answer as it should, so it is not known whether it takes the credential.',
  cause: 'An outage of the provider, its rate limit, or something in between that answers in its place.',
  help: "Look at the provider's status page, and run the gate again when it is well.",
};

export const unexpectedStatus: FindingKind = {
  code: 'env/unexpected-status',
  severity: 'error',
  boundary: 'provider',
  meaning: 'The provider answered the declared request with another status than the contract asks for.',
  cause: 'An address that is not there any more, an account without the product, or a credential for something else.',
  help: 'Compare the address and the status in the contract with the documentation of the provider.',
};

export type Tried = Pick<Live, 'name' | 'where'>;

export interface Answer {
  status: number;
  body: string;
}

/** Asks, and gives the answer to `judge`; what no credential could change (a limit, an outage) is told here. */
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
    // What others do not answer says nothing of the release.
    return { verdict: 'error', findings: [{ ...finding, message: `${name}: ${finding.message}`, help }] };
  }
}

export function reportRefusal({ name, where }: Tried, target: string, status: number): Outcome {
  const message = `${name}: ${target} does not accept it (${status}).`;
  return { verdict: 'failed', findings: [found(credentialRefused, { message, ...where })] };
}

export function reportStatus({ name, where }: Tried, target: string, status: number, wanted: string): Outcome {
  const message = `${name}: ${target} answered ${status}, not ${wanted}.`;
  return { verdict: 'failed', findings: [found(unexpectedStatus, { message, ...where })] };
}
