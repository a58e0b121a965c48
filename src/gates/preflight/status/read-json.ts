import type * as z from 'zod';
import { sendRequest, stripQuery } from '../../../clients/http.ts';
import { NetworkError } from '../../../clients/network-error.ts';
import type { Outcome } from '../../../core/check.ts';
import { type FindingKind, found, type Place } from '../../../core/finding.ts';
import { statusUnavailable } from './findings.ts';

const timeout = 10_000;
const mostRedirects = 3;

/** What does not tell, such as a status page that is down, leaves it undecided. */
export function undecided(message: string, place: Place, kind: FindingKind = statusUnavailable): Outcome<never> {
  return { verdict: 'inconclusive', findings: [found(kind, { message, place })] };
}

export interface Reading {
  signal: AbortSignal;
  place: Place;
  headers?: Record<string, string>;
  /** What it is called that it cannot be read. Default: that of a status page. */
  unreadable?: FindingKind;
}

/** The JSON at an address, after its redirects, in this shape; or the outcome that says why there is none. */
export async function readJson<Shape>(
  address: string,
  schema: z.ZodType<Shape>,
  { signal, place, headers, unreadable }: Reading,
): Promise<Outcome<Shape>> {
  let url = address;
  for (let redirects = 0; ; redirects++) {
    const target = `GET ${stripQuery(url)}`;
    try {
      const sent = new URL(url).origin === new URL(address).origin ? headers : undefined;
      const answer = await sendRequest({ method: 'GET', url, timeout, signal, ...(sent && { headers: sent }) });
      const { location } = answer.headers;
      if (
        answer.status >= 300 &&
        answer.status < 400 &&
        location &&
        redirects < mostRedirects &&
        URL.canParse(location, url)
      ) {
        url = new URL(location, url).href;
        continue;
      }
      if (answer.status !== 200) return undecided(`${target} answered ${answer.status}.`, place, unreadable);
      const parsed = schema.safeParse(parse(answer.body));
      if (parsed.success) return { verdict: 'passed', findings: [], value: parsed.data };
      return undecided(
        `${target} answered without what was expected at ${parsed.error.issues[0]?.path.join('.') || 'the top'}.`,
        place,
        unreadable,
      );
    } catch (error) {
      if (error instanceof NetworkError) return undecided(`${error.message}.`, place, unreadable);
      throw error;
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema says what was expected
  }
}
