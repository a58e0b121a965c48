import type { HttpAnswer } from '../../../clients/http.ts';
import { stripQuery } from '../../../clients/http.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import { extractText } from '../../../expectations/html-tags.ts';
import { isRedirect } from '../requests/redirects.ts';
import { signInRefused } from './findings.ts';
import { type Form, parseForms } from './forms.ts';
import type { Provider } from './provider.ts';

/** No sign-in has more pages than this. */
const mostPages = 20;

/**
 * Browses from page to page: follows redirects, fills in the sign-in fields of a form, and submits other forms
 * unchanged. Returns the first address that begins with `until`, without requesting it. If the pages end elsewhere,
 * returns undefined if `mayEnd` is set, and otherwise ends the step.
 */
export async function browse(
  provider: Provider,
  from: URL,
  options: { until: string; fields: Record<string, string>; mayEnd?: boolean },
): Promise<URL | undefined> {
  let url = from;
  let answer = await provider.ask({ method: 'GET', url });
  let hasSignedIn = false;
  for (let page = 0; page < mostPages; page++) {
    const location = answer.headers.location;
    if (isRedirect(answer.status) && location !== undefined && URL.canParse(location, url.href)) {
      url = new URL(location, url);
      if (url.href.startsWith(options.until)) return url;
      answer = await provider.ask({ method: 'GET', url });
      continue;
    }
    const form = chooseForm(answer, options.fields);
    if (form === undefined) {
      if (options.mayEnd) return undefined;
      return provider.fail(signInRefused, describeEnd(url, answer, provider));
    }
    const isSignIn = Object.keys(options.fields).some(name => form.fields.has(name));
    if (isSignIn && hasSignedIn) {
      return provider.fail(
        signInRefused,
        `${stripQuery(url.href)} showed the sign-in again, so it rejected the credentials (${answer.status})`,
      );
    }
    hasSignedIn ||= isSignIn;
    for (const [name, value] of Object.entries(options.fields)) if (form.fields.has(name)) form.fields.set(name, value);
    const action = new URL(form.action || url.href, url);
    const body = new URLSearchParams([...form.fields]);
    const headers = { origin: url.origin, referer: stripQuery(url.href) };
    if (form.method === 'GET') action.search = body.toString();
    url = action;
    answer =
      form.method === 'GET'
        ? await provider.ask({ method: 'GET', url })
        : await provider.ask({ method: 'POST', url, headers, body });
  }
  return provider.fail(
    signInRefused,
    `the sign-in did not end within ${mostPages} pages; the last is ${stripQuery(url.href)}`,
  );
}

/** The form with a sign-in field; otherwise the first without a password, such as a consent form. */
function chooseForm(answer: HttpAnswer, fields: Record<string, string>): Form | undefined {
  if (!(answer.headers['content-type'] ?? '').includes('html')) return undefined;
  const forms = parseForms(answer.body);
  const names = Object.keys(fields);
  return forms.find(form => names.some(name => form.fields.has(name))) ?? forms.find(form => !form.hasPassword);
}

function describeEnd(url: URL, answer: HttpAnswer, { visit }: Provider): string {
  const known = parseForms(answer.body).map(form => [...form.fields.keys()].join(', '));
  const forms = known.length > 0 ? `; its form has the fields ${known.join(' / ')}` : '';
  const shown = makeExcerpt(extractText(answer.body), part => visit.context.redactor.redact(part));
  return `the sign-in ended at ${stripQuery(url.href)} with ${answer.status}${forms}. The page says: ${shown}`;
}
