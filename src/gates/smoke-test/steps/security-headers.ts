import { stripQuery } from '../../../clients/http.ts';
import type { SecurityHeadersStep } from '../../../config/schema/smoke/steps/security-headers.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import type { Step } from '../plan/model.ts';
import { ask } from '../requests/ask.ts';
import { isRedirect } from '../requests/redirects.ts';
import type { Visit } from '../visit.ts';

export const weakSecurityHeaders: FindingKind = {
  code: 'smoke/weak-security-headers',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A header that protects users of a browser is missing or too weak.',
  cause: 'Middleware is not enabled, a proxy removes headers, or the page is served without passing either.',
  help: "Set the named header on every answer, at the point where the user's connection ends.",
};

type Headers = Record<string, string>;
type Protection = SecurityHeadersStep['require'][number];

/** Seconds in 180 days. Browsers forget a shorter one too soon; preload lists require a year. */
const leastHsts = 15_552_000;

/** What is wrong with each protection; undefined if nothing is. */
const faults: Record<Protection, (headers: Headers) => string | undefined> = {
  hsts: headers => {
    const value = headers['strict-transport-security'];
    if (value === undefined) return 'strict-transport-security is missing, so a first visit can be intercepted';
    const age = Number(/max-age="?(\d+)/i.exec(value)?.[1] ?? 0);
    return age >= leastHsts
      ? undefined
      : `strict-transport-security lasts ${age} s, expected at least ${leastHsts} (180 days)`;
  },
  csp: headers => {
    const value = headers['content-security-policy'];
    if (value === undefined) {
      const reportOnly = headers['content-security-policy-report-only'] !== undefined;
      return `content-security-policy is missing${reportOnly ? ' (-report-only is set, but blocks nothing)' : ''}`;
    }
    const scripts = findDirective(value, 'script-src') ?? findDirective(value, 'default-src');
    if (scripts === undefined) return 'content-security-policy does not restrict scripts (script-src or default-src)';
    const isOpen =
      scripts.includes("'unsafe-inline'") && !scripts.some(source => /^'(nonce-|sha\d+-|strict-dynamic)/.test(source));
    return isOpen
      ? "content-security-policy allows scripts 'unsafe-inline', so it stops no injected script"
      : undefined;
  },
  frame: headers => {
    const ancestors = findDirective(headers['content-security-policy'] ?? '', 'frame-ancestors');
    if (ancestors !== undefined) return ancestors.includes('*') ? 'frame-ancestors allows every page' : undefined;
    const option = headers['x-frame-options']?.trim().toLowerCase();
    if (option === 'deny' || option === 'sameorigin') return undefined;
    return `neither frame-ancestors nor x-frame-options restricts who may frame it${option ? ` (x-frame-options: ${option})` : ''}`;
  },
  nosniff: headers =>
    headers['x-content-type-options']?.trim().toLowerCase() === 'nosniff'
      ? undefined
      : `x-content-type-options is ${headers['x-content-type-options'] ?? 'missing'}, expected nosniff`,
};

/** The sources of a directive (Content Security Policy Level 3); undefined if the policy lacks it. */
function findDirective(policy: string, name: string): string[] | undefined {
  const directive = policy
    .split(';')
    .map(part => part.trim().split(/\s+/))
    .find(([key]) => key?.toLowerCase() === name);
  return directive?.slice(1).map(source => source.toLowerCase());
}

export async function run(step: Step<SecurityHeadersStep>, visit: Visit): Promise<Outcome> {
  const { declared } = step;
  const url = visit.resolveAddress(step, declared['security-headers']);
  const about = visit.describe(step, url);
  const { status, headers } = await ask(step, url, {}, visit);
  const wrong = declared.require.flatMap(protection => faults[protection](headers) ?? []);
  const detail = `${status} with ${declared.require.length - wrong.length} of ${declared.require.length} protections`;
  if (wrong.length === 0) return concludeFrom([], detail);
  const redirect = isRedirect(status) ? ` answered ${status}, a redirect to ${stripQuery(headers.location ?? '')}` : '';
  const message = `${about.target}${redirect}: ${wrong.join('; ')}.`;
  const where = { ...about.where, boundary: weakSecurityHeaders.boundary };
  return concludeFrom([found(weakSecurityHeaders, { message, ...where })], detail);
}
