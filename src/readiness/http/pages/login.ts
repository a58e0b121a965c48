import type { HttpAnswer } from '../../../clients/http.ts';
import type { FindingKind } from '../../../core/finding.ts';
import { getRedirect, isHtml, type Page } from './page.ts';

export const loginPage: FindingKind = {
  code: 'answer/login-page',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A login page answers in place of the service.',
  cause: 'The path is behind a login or single sign-on, or middleware now covers a path that it did not cover before.',
  help: 'Exclude the path from the login, or let the probe send credentials (`headers`, `bearer`).',
};

/** An address that belongs to a login. */
const location =
  /(^|[/._-])(log-?in|sign-?in|sso|saml2?|oauth2?|authorize|auth0|okta|microsoftonline|accounts\.google)([/._-]|$)/i;

const passwordField = /<input[^>]+type=["']?password/i;

export const login: Page = {
  kind: loginPage,
  verdict: 'failed',
  recognise: answer => {
    const redirect = getRedirect(answer);
    if (location.test(redirect)) return `${answer.status} with a redirect to ${redirect}`;
    const isForm = isHtml(answer) && passwordField.test(answer.body);
    return isForm ? `${answer.status} with a page that asks for a password` : undefined;
  },
};

/** What a good answer says after a redirect from another page to a login; undefined when it is not one. */
export function describeLoginAfterRedirect(asked: string, answered: string, answer: HttpAnswer): string | undefined {
  const [from, to] = [new URL(asked), new URL(answered)];
  const hasMoved = from.host !== to.host || from.pathname !== to.pathname;
  if (!hasMoved || location.test(from.pathname)) return undefined;
  const isLogin = location.test(to.host + to.pathname) || (isHtml(answer) && passwordField.test(answer.body));
  return isLogin ? `${answer.status} after a redirect to the login ${to.origin}${to.pathname}` : undefined;
}
