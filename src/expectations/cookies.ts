import { parseSetCookie } from '../clients/set-cookie.ts';
import type { CookieExpectation } from '../config/schema/smoke.ts';
import { type Finding, found } from '../core/finding.ts';
import type { About, Expect } from './expectation.ts';
import { wrongCookie } from './findings.ts';

/** A cookie that does not protect the session is a fault of the identity boundary, whatever the request. */
export const cookies: Expect = (expected, answer, about) => {
  const set = answer.cookies.flatMap(header => parseSetCookie(header, 0) ?? []);
  return (expected.cookies ?? []).flatMap(wanted => {
    const cookie = set.findLast(({ name }) => name === wanted.name);
    if (!cookie) {
      const names = set.map(({ name }) => name).join(', ');
      return [wrong(`does not set the cookie ${wanted.name}; it sets ${names || 'none'}`, about)];
    }
    const differences = [
      flag('HttpOnly', wanted['http-only'], cookie.httpOnly),
      flag('Secure', wanted.secure, cookie.secure),
      sameSite(wanted['same-site'], cookie.sameSite),
    ].filter(difference => difference !== undefined);
    return differences.length === 0
      ? []
      : [wrong(`sets the cookie ${wanted.name} ${differences.join(' and ')}`, about)];
  });
};

function flag(name: string, wanted: boolean | undefined, actual: boolean): string | undefined {
  if (wanted === undefined || wanted === actual) return undefined;
  return actual ? `with ${name}, expected without` : `without ${name}, expected with it`;
}

function sameSite(wanted: CookieExpectation['same-site'], actual: string | undefined): string | undefined {
  if (wanted === undefined || wanted === actual) return undefined;
  return `${actual === undefined ? 'without SameSite' : `with SameSite=${actual}`}, expected SameSite=${wanted}`;
}

function wrong(what: string, { target, where }: About): Finding {
  return found(wrongCookie, { message: `${target} ${what}.`, ...(where.place && { place: where.place }) });
}
