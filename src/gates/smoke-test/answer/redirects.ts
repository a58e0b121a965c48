import type { Answer } from '../../../config/schema/smoke/answer.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import type { About } from '../../../expectations/expectation.ts';
import type { Followed } from '../requests/redirects.ts';
import type { Scope } from '../scope.ts';

export const wrongRedirects: FindingKind = {
  code: 'answer/wrong-redirects',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The redirects ended at another address, or there were more or fewer than expected.',
  cause: 'A redirect rule changed, a login came in between, or the base URL differs.',
  help: 'Run `curl -sIL` with the address, and find the rule behind each redirect.',
};

/** Checks how many redirects there were, and where they ended. */
export function checkRedirects(
  expected: Pick<Answer, 'redirects' | 'location'>,
  { redirects, url, answer }: Followed,
  about: About,
  scope: Scope,
): Finding[] {
  if (expected.redirects === undefined && expected.location === undefined) return [];
  const { target, redact, where } = about;
  const findings: Finding[] = [];
  if (expected.redirects !== undefined && expected.redirects !== redirects) {
    const message = `${target}: the step followed ${pluralize(redirects, 'redirect')}, expected ${expected.redirects}.`;
    findings.push(found(wrongRedirects, { message, ...where }));
  }
  const wanted = expected.location === undefined ? undefined : scope.resolveText(expected.location);
  const ended = redirects > 0 ? url.href : (answer.headers.location ?? url.href);
  if (wanted !== undefined && !ended.includes(wanted)) {
    const message = `${target}: the redirects end at ${redact(ended.split('?')[0] ?? '')}, expected an address with ${wanted}.`;
    findings.push(found(wrongRedirects, { message, ...where }));
  }
  return findings;
}
