import type { HttpAnswer } from '../../../clients/http.ts';
import { stripQuery } from '../../../clients/http.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import { extractText } from '../../../expectations/html-tags.ts';
import { isRedirect } from '../steps/redirects.ts';
import { signInRefused } from './findings.ts';
import { type Form, formsIn } from './forms.ts';
import type { ProviderClient } from './provider.ts';

/** More pages than this no sign-in has. */
const mostPages = 20;

/**
 * Goes from page to page as a browser would: follows redirects, fills in the fields of the sign-in where a form has
 * them, and sends other forms as they are. Answers with the first address that begins with `until`, which is not asked;
 * undefined when the way ends elsewhere and `mayEnd` is set. Otherwise that ends the step.
 */
export async function browse(
  client: ProviderClient,
  from: URL,
  options: { until: string; fields: Record<string, string>; mayEnd?: boolean },
): Promise<URL | undefined> {
  let url = from;
  let answer = await client.ask('GET', url);
  let hasSignedIn = false;
  for (let page = 0; page < mostPages; page++) {
    const location = answer.headers.location;
    if (isRedirect(answer.status) && location !== undefined && URL.canParse(location, url.href)) {
      url = new URL(location, url);
      if (url.href.startsWith(options.until)) return url;
      answer = await client.ask('GET', url);
      continue;
    }
    const form = chooseForm(answer, options.fields);
    if (form === undefined) {
      if (options.mayEnd) return undefined;
      return client.fail(signInRefused, endOf(url, answer, client));
    }
    const isSignIn = Object.keys(options.fields).some(name => form.fields.has(name));
    if (isSignIn && hasSignedIn) {
      return client.fail(
        signInRefused,
        `${stripQuery(url.href)} asked for the sign-in again, so it refused it (${answer.status})`,
      );
    }
    hasSignedIn ||= isSignIn;
    for (const [name, value] of Object.entries(options.fields)) if (form.fields.has(name)) form.fields.set(name, value);
    const action = new URL(form.action || url.href, url);
    const body = new URLSearchParams([...form.fields]);
    const origin = { origin: url.origin, referer: stripQuery(url.href) };
    if (form.method === 'GET') action.search = body.toString();
    url = action;
    answer = form.method === 'GET' ? await client.ask('GET', url) : await client.ask('POST', url, origin, body);
  }
  return client.fail(signInRefused, `after ${mostPages} pages there was no end, the last is ${stripQuery(url.href)}`);
}

/** The form that has a field of the sign-in; else the first, such as that of a consent. */
function chooseForm(answer: HttpAnswer, fields: Record<string, string>): Form | undefined {
  if (!(answer.headers['content-type'] ?? '').includes('html')) return undefined;
  const forms = formsIn(answer.body);
  const names = Object.keys(fields);
  return forms.find(form => names.some(name => form.fields.has(name))) ?? forms.find(form => !form.hasPassword);
}

function endOf(url: URL, answer: HttpAnswer, client: ProviderClient): string {
  const known = formsIn(answer.body).map(form => [...form.fields.keys()].join(', '));
  const forms = known.length > 0 ? `; its form has the fields ${known.join(' / ')}` : '';
  const shown = makeExcerpt(extractText(answer.body), part => client.visit.context.redactor.redact(part));
  return `the sign-in ended at ${stripQuery(url.href)} with ${answer.status}${forms}. It says: ${shown}`;
}
