import { type HttpAnswer, sendRequest, stripQuery } from '../../clients/http.ts';
import { NetworkError } from '../../clients/network-error.ts';
import type { HttpStep } from '../../config/schema/smoke/http.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { parseJsonPath } from '../../core/json-path.ts';
import { makeExcerpt } from '../../expectations/excerpt.ts';
import { parseJson } from '../../expectations/json.ts';
import { keyOf } from './plan/address.ts';
import type { Step } from './plan/model.ts';
import { isTellingName, tokensIn } from './secrets.ts';
import type { StepAbout, Visit } from './visit.ts';

export const differsFromPrevious: FindingKind = {
  code: 'smoke/differs-from-previous',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The release answers something else than what was live before it did.',
  cause: 'A change that is meant, one that is not, or a value that is new in every answer.',
  help: 'Look whether each difference is meant; name the values that always differ under `ignore`.',
};

export const nothingToCompare: FindingKind = {
  code: 'smoke/nothing-to-compare',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'The answer could not be compared with that of the deployment that was live before.',
  cause:
    'The gate has no release record, this is the first release, the platform keeps no address for what was live before (Fly.io), or that does not answer any more.',
  help: 'Pass the output `record` of the deploy gate; on platforms without such an address take `compare-with` out.',
};

/** How many differences are listed. */
const listed = 20;

/** Asks the deployment that was live before the same, and lists what differs; nothing of it fails the step. */
export async function compareWithPrevious(
  declared: HttpStep,
  step: Step,
  url: URL,
  answer: HttpAnswer,
  visit: Visit,
  about: StepAbout,
): Promise<Finding[]> {
  if (declared['compare-with'] === undefined) return [];
  const place = step.placeOf('compare-with');
  const unable = (why: string) => [
    found(nothingToCompare, { message: `${about.target}: ${why}, so nothing was compared.`, place }),
  ];
  const service = visit.run.plan.requests.services.get(url.origin);
  if (service?.previousUrl === undefined) return unable('where the deployment before it answers is not known');
  const before = new URL(url.pathname + url.search, service.previousUrl);
  try {
    const previous = await sendRequest({
      method: keyOf(declared).toUpperCase(),
      url: before.href,
      headers: visit.headersFor(step, url),
      timeout: declared.timeout,
      signal: visit.context.signal,
    });
    for (const token of tokensIn(previous.body)) visit.context.redactor.add(token);
    const differences = differencesBetween(previous, answer, declared.ignore, about.redact);
    if (differences.length === 0) return [];
    const more = differences.length > listed ? `; and ${differences.length - listed} more` : '';
    const message = `${about.target} differs from ${stripQuery(before.href)}: ${differences.slice(0, listed).join('; ')}${more}.`;
    return [found(differsFromPrevious, { message, boundary: about.where.boundary, place })];
  } catch (error) {
    if (error instanceof NetworkError) return unable(error.message);
    throw error;
  }
}

/** What is another in the new answer, as sentences. */
function differencesBetween(
  before: HttpAnswer,
  now: HttpAnswer,
  ignore: string[],
  redact: (text: string) => string,
): string[] {
  const status = before.status === now.status ? [] : [`status ${before.status} became ${now.status}`];
  const [typeBefore, typeNow] = [before, now].map(({ headers }) => headers['content-type']?.split(';')[0] ?? 'none');
  const type = typeBefore === typeNow ? [] : [`content type ${typeBefore} became ${typeNow}`];
  const [bodyBefore, bodyNow] = [parseJson(before.body), parseJson(now.body)];
  if (!bodyBefore || !bodyNow) {
    const same = before.body === now.body || (bodyBefore === undefined) !== (bodyNow === undefined);
    return [...status, ...type, ...(same ? [] : ['the text of the body changed'])];
  }
  const ignored = new Set(ignore.map(path => JSON.stringify(parseJsonPath(path) ?? path)));
  return [...status, ...type, ...changes(bodyBefore.value, bodyNow.value, [], ignored, redact)];
}

function changes(
  before: unknown,
  now: unknown,
  path: (string | number)[],
  ignored: ReadonlySet<string>,
  redact: (text: string) => string,
): string[] {
  if (ignored.has(JSON.stringify(path))) return [];
  const at = `$${path.map(part => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')}`;
  if (isContainer(before) && isContainer(now) && Array.isArray(before) === Array.isArray(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return keys.flatMap(key => {
      const step = Array.isArray(now) ? Number(key) : key;
      return changes(Reflect.get(before, key), Reflect.get(now, key), [...path, step], ignored, redact);
    });
  }
  if (Object.is(before, now)) return [];
  const show = (value: unknown) => (isTellingName(at) ? '***' : makeExcerpt(JSON.stringify(value) ?? '', redact, 60));
  if (now === undefined) return [`${at} is gone (it was ${show(before)})`];
  return before === undefined ? [`${at} is new: ${show(now)}`] : [`${at} was ${show(before)}, now ${show(now)}`];
}

function isContainer(value: unknown): value is object {
  return value !== null && typeof value === 'object';
}
