import type { SecurityHeadersStep } from '../../../config/schema/smoke/security.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';
import { as, ask } from './ask.ts';

export const unprotected: FindingKind = {
  code: 'smoke/unprotected',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A header that protects the users of a browser is missing or too weak.',
  cause: 'Middleware that is not switched on, a proxy that takes headers out, or a page that is served past both.',
  help: 'Set the named header on every answer, where the connection of the user ends.',
};

type Headers = Record<string, string>;
type Protection = SecurityHeadersStep['require'][number];

/**
 * What the preload lists ask for at least is a year; browsers forget sooner what is asked for less. Seconds in 180
 * days.
 */
const leastHsts = 15_552_000;

/** What is wrong with each protection; undefined if nothing is. */
const faults: Record<Protection, (headers: Headers) => string | undefined> = {
  hsts: headers => {
    const value = headers['strict-transport-security'];
    if (value === undefined) return 'strict-transport-security is missing, so a first visit can be led astray';
    const age = Number(/max-age="?(\d+)/i.exec(value)?.[1] ?? 0);
    return age >= leastHsts
      ? undefined
      : `strict-transport-security lasts ${age} s, expected at least ${leastHsts} (180 days)`;
  },
  csp: headers => {
    const value = headers['content-security-policy'];
    if (value === undefined) {
      const reportOnly = headers['content-security-policy-report-only'] !== undefined;
      return `content-security-policy is missing${reportOnly ? ' (there is only a -report-only, which blocks nothing)' : ''}`;
    }
    const scripts = directiveOf(value, 'script-src') ?? directiveOf(value, 'default-src');
    if (scripts === undefined) return 'content-security-policy says nothing of scripts (script-src or default-src)';
    const isOpen =
      scripts.includes("'unsafe-inline'") && !scripts.some(source => /^'(nonce-|sha\d+-|strict-dynamic)/.test(source));
    return isOpen
      ? "content-security-policy allows scripts 'unsafe-inline', so it stops no injected script"
      : undefined;
  },
  frame: headers => {
    const ancestors = directiveOf(headers['content-security-policy'] ?? '', 'frame-ancestors');
    if (ancestors !== undefined) return ancestors.includes('*') ? 'frame-ancestors allows every page' : undefined;
    const option = headers['x-frame-options']?.trim().toLowerCase();
    if (option === 'deny' || option === 'sameorigin') return undefined;
    return `neither frame-ancestors nor x-frame-options says who may frame it${option ? ` (x-frame-options: ${option})` : ''}`;
  },
  nosniff: headers =>
    headers['x-content-type-options']?.trim().toLowerCase() === 'nosniff'
      ? undefined
      : `x-content-type-options is ${headers['x-content-type-options'] ?? 'missing'}, expected nosniff`,
};

/** The sources of a directive (Content Security Policy Level 3); undefined when it is not there. */
function directiveOf(policy: string, name: string): string[] | undefined {
  const directive = policy
    .split(';')
    .map(part => part.trim().split(/\s+/))
    .find(([key]) => key?.toLowerCase() === name);
  return directive?.slice(1).map(source => source.toLowerCase());
}

export async function runSecurityHeadersStep(
  declared: SecurityHeadersStep,
  step: Step,
  visit: Visit,
): Promise<Outcome> {
  const url = visit.addressOf(step, declared['security-headers']);
  const about = visit.about(step, url);
  const { status, headers } = await ask(as(step, declared), url, {}, visit);
  const wrong = declared.require.flatMap(protection => faults[protection](headers) ?? []);
  const detail = `${status} with ${declared.require.length - wrong.length} of ${declared.require.length} protections`;
  if (wrong.length === 0) return concludeFrom([], detail);
  const message = `${about.target}: ${wrong.join('; ')}.`;
  return concludeFrom([found(unprotected, { message, ...about.where, boundary: unprotected.boundary })], detail);
}
