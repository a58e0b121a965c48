import type { HttpStep } from '../../../config/schema/smoke/steps/http.ts';
import type { Finding } from '../../../core/finding.ts';
import type { About } from '../../../expectations/expectation.ts';
import type { Followed } from '../requests/redirects.ts';
import type { Visit } from '../visit.ts';
import { checkAlternatives } from './alternatives.ts';
import { checkPart, resolvePart } from './part.ts';
import { checkRedirects } from './redirects.ts';

/** Finds all that is wrong with the answer of a step. */
export async function checkWholeAnswer(
  { expect, within }: Pick<HttpStep, 'expect' | 'within'>,
  followed: Followed,
  about: About,
  visit: Visit,
): Promise<Finding[]> {
  const { answer } = followed;
  const { scope } = visit;
  // If a part expects a status, the default of 200 to 299 would contradict it.
  const partHasStatus = [expect.not, ...(expect['any-of'] ?? [])].some(part => part?.status !== undefined);
  const status = expect.status ?? (partHasStatus ? answer.status : undefined);
  const main = { ...resolvePart(expect, scope), ...(status !== undefined && { status }), within };
  const wrong = await checkPart(main, answer, about);
  if (wrong.length > 0) return wrong;
  return [
    ...checkRedirects(expect, followed, about, scope),
    ...(await checkAlternatives(expect, answer, about, scope)),
    ...(expect.tls
      ? await (await import('./tls.ts')).checkAnswerTls(expect.tls, followed.url, about, visit.context)
      : []),
  ];
}
