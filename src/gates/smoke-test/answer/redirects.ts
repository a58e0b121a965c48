import type { Answer } from '../../../config/schema/smoke/http.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { About } from '../../../expectations/expectation.ts';
import type { Scope } from '../scope.ts';
import type { Followed } from '../steps/redirects.ts';

export const wrongRedirects: FindingKind = {
  code: 'answer/wrong-redirects',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The redirects led elsewhere, or there were more or fewer of them.',
  cause: 'A rule for redirects that changed, a login in between, or another base URL.',
  help: 'Follow them with `curl -sIL` and see which rule leads where.',
};

/** How many redirects there were, and where they ended. */
export function findingsOfRedirects(
  expected: Pick<Answer, 'redirects' | 'location'>,
  { redirects, url, answer }: Followed,
  about: About,
  scope: Scope,
): Finding[] {
  if (expected.redirects === undefined && expected.location === undefined) return [];
  const { target, redact, where } = about;
  const findings: Finding[] = [];
  if (expected.redirects !== undefined && expected.redirects !== redirects) {
    const message = `${target}: ${redirects} redirects were followed, expected ${expected.redirects}.`;
    findings.push(found(wrongRedirects, { message, ...where }));
  }
  const wanted = expected.location === undefined ? undefined : scope.text(expected.location);
  const ended = redirects > 0 ? url.href : (answer.headers.location ?? url.href);
  if (wanted !== undefined && !ended.includes(wanted)) {
    const message = `${target}: the redirects end at ${redact(ended.split('?')[0] ?? '')}, expected ${wanted} in it.`;
    findings.push(found(wrongRedirects, { message, ...where }));
  }
  return findings;
}
