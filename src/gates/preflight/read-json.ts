import type * as z from 'zod';
import { sendRequest, stripQuery } from '../../clients/http.ts';
import { NetworkError } from '../../clients/network-error.ts';
import type { Outcome } from '../../core/check.ts';
import { type FindingKind, found, type Place } from '../../core/finding.ts';
import { parseJson } from '../../core/parse-json.ts';
import { findRedirect } from '../../readiness/http/request.ts';

const timeout = 10_000;
const mostRedirects = 3;

/** The outcome when an answer decides nothing, such as when a status page is down. */
export function leaveUndecided(message: string, place: Place, kind: FindingKind): Outcome<never> {
  return { verdict: 'inconclusive', findings: [found(kind, { message, place })] };
}

export interface JsonRequest {
  signal: AbortSignal;
  place: Place;
  headers?: Record<string, string>;
  /** The finding for an answer that cannot be read. */
  unreadable: FindingKind;
}

/** Reads JSON of this shape, following redirects; or returns the outcome that says why it could not. */
export async function readJson<Shape>(
  address: string,
  schema: z.ZodType<Shape>,
  { signal, place, headers, unreadable }: JsonRequest,
): Promise<{ value: Shape } | { outcome: Outcome<never> }> {
  const fail = (message: string) => ({ outcome: leaveUndecided(message, place, unreadable) });
  let url = address;
  for (let redirects = 0; ; redirects++) {
    const target = `GET ${stripQuery(url)}`;
    try {
      const isSameOrigin = new URL(url).origin === new URL(address).origin;
      const answer = await sendRequest({
        method: 'GET',
        url,
        timeout,
        signal,
        ...(isSameOrigin && headers && { headers }),
      });
      const next = redirects < mostRedirects ? findRedirect(answer, url) : undefined;
      if (next !== undefined) {
        url = next.href;
        continue;
      }
      if (answer.status !== 200) return fail(`${target} answered ${answer.status}.`);
      const parsed = schema.safeParse(parseJson(answer.body)?.value);
      if (parsed.success) return { value: parsed.data };
      const path = parsed.error.issues[0]?.path.join('.');
      return fail(`${target} answered JSON of another shape${path ? `: ${path} is missing or of another type` : ''}.`);
    } catch (error) {
      if (error instanceof NetworkError) return fail(`${error.message}.`);
      throw error;
    }
  }
}
