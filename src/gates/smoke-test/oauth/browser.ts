import type { HttpAnswer } from '../../../clients/http.ts';
import { stripQuery } from '../../../clients/http.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import { extractText } from '../../../expectations/html-tags.ts';
import { isRedirect } from '../requests/redirects.ts';
import { noSuchButton, signInRefused, unknownFields } from './findings.ts';
import { type Button, type Form, parseForms } from './forms.ts';
import type { Provider } from './provider.ts';

/** No sign-in has more pages than this. */
const mostPages = 20;

/** How to fill in forms. */
interface Filling {
  fields: Record<string, string>;
  /** The button of a consent form, by its name, value or text. */
  press?: string | undefined;
}

/** A page of the provider, and its address. */
interface Page {
  url: URL;
  answer: HttpAnswer;
}

/**
 * Browses from page to page: follows redirects, fills in the sign-in fields of a form, and submits consent forms
 * unchanged. Returns the first address at `until`, without requesting it. If the pages end elsewhere, returns undefined
 * if `mayEnd` is set, and otherwise ends the step. An error page always ends it: its forms are not for users.
 */
export async function browse(
  provider: Provider,
  from: URL,
  options: { until: string; fields: Record<string, string>; press?: string | undefined; mayEnd?: boolean },
): Promise<URL | undefined> {
  const filled = new Set<string>();
  let page: Page = { url: from, answer: await provider.ask({ method: 'GET', url: from }) };
  for (let count = 0; count < mostPages; count++) {
    const { url, answer } = page;
    const location = answer.headers.location;
    if (isRedirect(answer.status) && location !== undefined && URL.canParse(location, url.href)) {
      const next = new URL(location, url);
      if (isAt(next, options.until)) return next;
      provider.requireOrigin(`${stripQuery(url.href)} redirects to`, next);
      page = { url: next, answer: await provider.ask({ method: 'GET', url: next }) };
      continue;
    }
    if (answer.status >= 400) return provider.fail(signInRefused, describeEnd(page, provider));
    const form = chooseForm(answer, options.fields);
    if (form === undefined) {
      if (options.mayEnd) return undefined;
      const asksForOthers =
        Object.keys(options.fields).length > 0 && parsePostForms(answer).some(form => form.asksForPassword);
      if (asksForOthers) return provider.refuse(unknownFields, describeEnd(page, provider));
      return provider.fail(signInRefused, describeEnd(page, provider));
    }
    const asked = listAsked(form, options.fields);
    if (asked.length > 0 && asked.every(name => filled.has(name))) {
      const message = `${stripQuery(url.href)} showed the sign-in again, so it rejected the credentials (${answer.status})`;
      return provider.fail(signInRefused, message);
    }
    for (const name of asked) filled.add(name);
    page = await submit(form, url, options, provider);
  }
  return provider.fail(
    signInRefused,
    `the sign-in did not end within ${mostPages} pages; the last is ${stripQuery(page.url.href)}`,
  );
}

/** Whether an address is the redirect URI, to which a provider only adds parameters (RFC 6749, section 4.1.2). */
function isAt(url: URL, until: string): boolean {
  const registered = URL.parse(until);
  if (registered === null) return false;
  return (['protocol', 'host', 'pathname'] as const).every(part => url[part] === registered[part]);
}

async function submit(form: Form, from: URL, { fields, press }: Filling, provider: Provider): Promise<Page> {
  const url = new URL(form.action || from.href, from);
  provider.requireOrigin(`the form of ${stripQuery(from.href)} posts to`, url);
  const body = new URLSearchParams([...form.fields]);
  const asked = listAsked(form, fields);
  for (const name of asked) body.set(name, fields[name] ?? '');
  const button = chooseButton(form, press, asked.length > 0);
  if (button === undefined) return provider.refuse(noSuchButton, describeButtons(form, from, press));
  if (button.name !== undefined) body.set(button.name, button.value);
  const headers = { origin: from.origin, referer: stripQuery(from.href) };
  return { url, answer: await provider.ask({ method: 'POST', url, headers, body }) };
}

/** The declared button, by its name, value or text. On a sign-in form, and where none is declared, the first. */
function chooseButton({ buttons }: Form, press: string | undefined, isSignIn: boolean): Button | undefined {
  const wanted = press?.toLowerCase();
  const named = buttons.find(({ name, value, text }) =>
    [name, value, text, `${name}=${value}`].some(each => each !== undefined && each.toLowerCase() === wanted),
  );
  const none = { name: undefined, value: '', text: '' };
  return named ?? (isSignIn || press === undefined || buttons.length <= 1 ? (buttons[0] ?? none) : undefined);
}

function describeButtons({ buttons }: Form, from: URL, press = ''): string {
  const known = buttons.map(({ name, value, text }) => text || (name ?? value)).join(', ');
  return `the form of ${stripQuery(from.href)} has no button ${press}; it has ${known}`;
}

/** The names of the sign-in fields in a form. */
function listAsked(form: Form, values: Record<string, string>): string[] {
  return Object.keys(values).filter(name => form.fields.has(name));
}

/**
 * The form with the most sign-in fields; otherwise the first that looks like a consent form, which asks for no text.
 * Forms that GET are no sign-in: they would put the password into the address.
 */
function chooseForm(answer: HttpAnswer, values: Record<string, string>): Form | undefined {
  const forms = parsePostForms(answer);
  const signIns = forms.filter(form => listAsked(form, values).length > 0);
  const [best] = signIns.toSorted((one, other) => listAsked(other, values).length - listAsked(one, values).length);
  return best ?? forms.find(form => !form.asksForText);
}

function parsePostForms({ headers, body }: HttpAnswer): Form[] {
  if (!(headers['content-type'] ?? '').includes('html')) return [];
  return parseForms(body).filter(({ method }) => method === 'POST');
}

function describeEnd({ url, answer }: Page, { visit }: Provider): string {
  const known = parseForms(answer.body).map(form => [...form.fields.keys()].join(', '));
  const forms = known.length > 0 ? `; its form has the fields ${known.join(' / ')}` : '';
  const shown = makeExcerpt(extractText(answer.body), part => visit.context.redactor.redact(part));
  return `the sign-in ended at ${stripQuery(url.href)} with ${answer.status}${forms}. The page says: ${shown}`;
}
