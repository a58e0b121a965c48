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

const location =
  /(^|[/._-])(log-?in|sign-?in|sso|saml2?|oauth2?|authorize|auth0|okta|microsoftonline|accounts\.google)([/._-]|$)/i;

export const login: Page = {
  kind: loginPage,
  verdict: 'failed',
  recognise: answer => {
    const redirect = getRedirect(answer);
    if (location.test(redirect)) return `${answer.status} with a redirect to ${redirect}`;
    const isForm = isHtml(answer) && /<input[^>]+type=["']?password/i.test(answer.body);
    return isForm ? `${answer.status} with a page that asks for a password` : undefined;
  },
};
