import { type HttpAnswer, sendRequest, stripQuery } from '../../../clients/http.ts';
import { NetworkError } from '../../../clients/network-error.ts';
import type { HttpStep } from '../../../config/schema/smoke/steps/http.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { type JsonPath, parseJsonPath } from '../../../core/json-path.ts';
import { parseJson } from '../../../core/parse-json.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import { formatVerb } from '../plan/address.ts';
import type { Step } from '../plan/model.ts';
import { findTokens, isTellingName } from '../secrets.ts';
import type { StepAbout, Visit } from '../visit.ts';

export const differsFromPrevious: FindingKind = {
  code: 'smoke/differs-from-previous',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The release answers differently from the previous deployment.',
  cause: 'The change is intended, it is a mistake, or the value differs in every answer.',
  help: 'Check whether each difference is intended. List values that always differ under `ignore`.',
};

export const nothingToCompare: FindingKind = {
  code: 'smoke/nothing-to-compare',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'The gate could not compare the answer with that of the previous deployment.',
  cause:
    'The gate has no release record, this is the first release, the platform keeps no address for the previous deployment (Fly.io), or that deployment no longer answers.',
  help: 'Pass the output `record` of the deploy gate. On platforms without such an address, remove `compare-with`.',
};

/** How many differences a finding lists. */
const mostListed = 20;

/** Sends the same request to the previous deployment, and lists the differences. They never fail the step. */
export async function compareWithPrevious(
  step: Step<HttpStep>,
  { url, answer }: { url: URL; answer: HttpAnswer },
  visit: Visit,
  about: StepAbout,
): Promise<Finding[]> {
  const { declared } = step;
  if (declared['compare-with'] === undefined) return [];
  const place = step.placeOf('compare-with');
  const skip = (why: string) => [
    found(nothingToCompare, { message: `${about.target}: ${why}, so nothing was compared.`, place }),
  ];
  const service = visit.run.plan.requests.services.get(url.origin);
  if (service?.previousUrl === undefined) return skip('the address of the previous deployment is not known');
  const before = new URL(url.pathname + url.search, service.previousUrl);
  try {
    const previous = await sendRequest({
      method: formatVerb(declared),
      url: before.href,
      headers: visit.makeHeaders(step, url),
      timeout: declared.timeout,
      signal: visit.context.signal,
    });
    for (const token of findTokens(previous.body)) visit.context.redactor.add(token);
    const ignore = declared.ignore.map(path => visit.scope.resolvePath(path));
    const differences = await compareAnswers(previous, answer, ignore, about.redact);
    if (differences.length === 0) return [];
    const more = differences.length > mostListed ? `; and ${differences.length - mostListed} more` : '';
    const message = `${about.target} differs from ${stripQuery(before.href)}: ${differences.slice(0, mostListed).join('; ')}${more}.`;
    return [found(differsFromPrevious, { message, boundary: about.where.boundary, place })];
  } catch (error) {
    if (error instanceof NetworkError) return skip(error.message);
    throw error;
  }
}

async function compareAnswers(
  before: HttpAnswer,
  now: HttpAnswer,
  ignore: string[],
  redact: (text: string) => string,
): Promise<string[]> {
  const status = before.status === now.status ? [] : [`status ${before.status} became ${now.status}`];
  const [typeBefore, typeNow] = [before, now].map(({ headers }) => headers['content-type']?.split(';')[0] ?? 'none');
  const type = typeBefore === typeNow ? [] : [`content type ${typeBefore} became ${typeNow}`];
  const [bodyBefore, bodyNow] = [parseJson(before.body), parseJson(now.body)];
  if (!bodyBefore || !bodyNow) {
    const same = before.body === now.body || (bodyBefore === undefined) !== (bodyNow === undefined);
    return [...status, ...type, ...(same ? [] : ['the text of the body changed'])];
  }
  const documents = [bodyBefore.value, bodyNow.value];
  const located = await Promise.all(ignore.flatMap(path => documents.map(each => locate(path, each))));
  const ignored = new Set(located.flat().map(path => JSON.stringify(path)));
  return [...status, ...type, ...listChanges(bodyBefore.value, bodyNow.value, [], { ignored, redact })];
}

/** The places that a path selects. Only paths that can select several load the library. */
async function locate(path: string, document: unknown): Promise<JsonPath[]> {
  const single = parseJsonPath(path);
  if (single !== undefined && !single.some(part => typeof part === 'number' && part < 0)) return [single];
  const { locatePath } = await import('../../../expectations/rfc9535.ts');
  return locatePath(document, path);
}

interface Rules {
  ignored: ReadonlySet<string>;
  redact: (text: string) => string;
}

function listChanges(before: unknown, now: unknown, path: (string | number)[], rules: Rules): string[] {
  if (rules.ignored.has(JSON.stringify(path))) return [];
  if (isContainer(before) && isContainer(now) && Array.isArray(before) === Array.isArray(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return keys.flatMap(key => {
      const part = Array.isArray(now) ? Number(key) : key;
      return listChanges(Reflect.get(before, key), Reflect.get(now, key), [...path, part], rules);
    });
  }
  if (Object.is(before, now)) return [];
  const at = `$${path.map(part => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')}`;
  const show = (value: unknown) =>
    isTellingName(at) ? '***' : makeExcerpt(JSON.stringify(value) ?? '', rules.redact, 60);
  if (now === undefined) return [`${at} was removed (it was ${show(before)})`];
  return before === undefined ? [`${at} is new: ${show(now)}`] : [`${at} was ${show(before)}, now ${show(now)}`];
}

function isContainer(value: unknown): value is object {
  return value !== null && typeof value === 'object';
}
