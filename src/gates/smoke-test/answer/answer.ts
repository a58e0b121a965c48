import type { HttpStep } from '../../../config/schema/smoke/http.ts';
import type { Finding } from '../../../core/finding.ts';
import type { About } from '../../../expectations/expectation.ts';
import type { Followed } from '../steps/redirects.ts';
import type { Visit } from '../visit.ts';
import { findingsOfAlternatives } from './alternatives.ts';
import { findingsOfPart, resolvePart } from './part.ts';
import { findingsOfRedirects } from './redirects.ts';

/** All that is wrong with the answer of a step. */
export async function findingsOfWholeAnswer(
  { expect, within }: Pick<HttpStep, 'expect' | 'within'>,
  followed: Followed,
  about: About,
  visit: Visit,
): Promise<Finding[]> {
  const { answer } = followed;
  const { scope } = visit;
  // Where another status is asked for in a part, the default of 200 to 299 would contradict it.
  const asksForStatus = [expect.not, ...(expect['any-of'] ?? [])].some(part => part?.status !== undefined);
  const status = expect.status ?? (asksForStatus ? answer.status : undefined);
  const main = { ...resolvePart(expect, scope), ...(status !== undefined && { status }), within };
  const wrong = await findingsOfPart(main, answer, about);
  if (wrong.length > 0) return wrong;
  return [
    ...findingsOfRedirects(expect, followed, about, scope),
    ...(await findingsOfAlternatives(expect, answer, about, scope)),
    ...(expect.tls
      ? await (await import('./tls.ts')).findingsOfTls(expect.tls, followed.url, about, visit.context)
      : []),
  ];
}
