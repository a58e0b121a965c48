import { randomBytes } from 'node:crypto';
import type { HttpAnswer } from '../../../clients/http.ts';
import type { HttpStep } from '../../../config/schema/smoke/steps/http.ts';
import type { InjectionStep } from '../../../config/schema/smoke/steps/injection.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import type { About } from '../../../expectations/expectation.ts';
import { checkWholeAnswer } from '../answer/answer.ts';
import { findLocation, formatVerb } from '../plan/address.ts';
import type { Step } from '../plan/model.ts';
import type { Followed } from '../requests/redirects.ts';
import { send } from '../requests/send.ts';
import { FindingsOfRequests } from '../security/findings-of-requests.ts';
import { findLeak } from '../security/leaks.ts';
import type { Visit } from '../visit.ts';

export const injectionTakesEffect: FindingKind = {
  code: 'smoke/injection-takes-effect',
  severity: 'error',
  boundary: 'data',
  meaning: 'Text that a user writes reaches SQL, a page or a template as code.',
  cause: 'The service builds a statement or a page from the text instead of passing it as a value or escaping it.',
  help: 'Pass values as parameters, escape output, and validate input.',
};

type Kind = 'sql' | 'nosql' | 'script' | 'template' | 'path' | 'header';

/** Harmless payloads that are visible where they take effect. None changes or deletes data. */
const payloads: readonly { kind: Kind; value: unknown }[] = [
  { kind: 'sql', value: "' OR '1'='1" },
  { kind: 'sql', value: "' OR 1=1 --" },
  { kind: 'sql', value: "'; SELECT 1 --" },
  { kind: 'sql', value: '1) UNION SELECT NULL --' },
  { kind: 'sql', value: '\\' },
  { kind: 'nosql', value: { $ne: null } },
  { kind: 'nosql', value: { $gt: '' } },
  { kind: 'nosql', value: "' || 'a'=='a" },
  { kind: 'script', value: '<script>window.releaseGates=1</script>' },
  { kind: 'script', value: '"><img src=x onerror=releaseGates()>' },
  { kind: 'script', value: 'javascript:releaseGates()' },
  { kind: 'template', value: '{{7*191}}${7*191}' },
  { kind: 'path', value: '../../../../etc/passwd' },
  { kind: 'header', value: 'a\r\nX-Release-Gates: 1' },
];

/** The value of `7*191`, if a template evaluates it. */
const evaluated = '1337';

/** The first line of /etc/passwd on every Unix. */
const passwords = /\broot:[^:\s]*:0:0:/;

/**
 * Sends the request with a plain wrong value, and then with each payload. A refusal or plain text passes. A server error
 * or an effect fails, and so does a success that the plain value does not get. If the step says what a refusal looks
 * like, each answer must look so.
 */
export async function run(step: Step<InjectionStep>, visit: Visit): Promise<Outcome> {
  const request: Step<HttpStep> = { ...step, ...step.inner, declared: step.declared.injection };
  const { answer: control } = (await sendPayload(request, randomBytes(8).toString('hex'), visit)).followed;
  const inHeaders = JSON.stringify(request.declared.headers).includes('${payload}');
  const sent = payloads.filter(({ kind }) => kind !== 'header' || !inHeaders); // no client can send a line break there
  const findings = new FindingsOfRequests(visit);
  let refused = 0;
  for (const payload of sent) {
    const { followed, url, trying } = await sendPayload(request, payload.value, visit);
    const { answer } = followed;
    if (answer.status >= 400 && answer.status < 500) refused++;
    const target = `${step.label} (${formatVerb(request.declared)} ${url.pathname}) with ${makeExcerpt(formatPayload(payload.value))}`;
    const effect = findEffect(payload, answer, control);
    if (effect !== undefined) {
      const { boundary } = injectionTakesEffect;
      findings.add(found(injectionTakesEffect, { message: `${target}: ${effect}.`, boundary, place: step.place }));
      continue;
    }
    const about = { ...visit.describe(request, url), target };
    for (const finding of await checkRefusal(request.declared, followed, about, trying)) findings.add(finding);
  }
  return concludeFrom(
    findings.finish(),
    `${sent.length} payloads: ${refused} refused, ${sent.length - refused} kept as text`,
  );
}

async function sendPayload(request: Step<HttpStep>, value: unknown, visit: Visit) {
  const trying = visit.with({ scope: visit.scope.with(new Map([['payload', value]])) });
  // In an address the payload is percent-encoded, as browsers do. `query` encodes it itself.
  const encoded = trying.scope.with(new Map([['payload', encodeURIComponent(formatPayload(value))]]));
  const url = trying.resolveAddress(request, encoded.resolveText(findLocation(request.declared)));
  return { followed: await send(request, url, trying), url, trying };
}

function formatPayload(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Without `expect`, every status is a refusal or plain text, as far as no effect shows. */
function checkRefusal(declared: HttpStep, followed: Followed, about: About, visit: Visit): Promise<Finding[]> {
  const { cookies, ...stated } = declared.expect;
  const isStated = cookies.length > 0 || Object.keys(stated).length > 0;
  const expect = isStated ? declared.expect : { cookies, status: followed.answer.status };
  return checkWholeAnswer({ expect, within: declared.within }, followed, about, visit);
}

/** How a payload took effect, as far as an answer shows it. */
function findEffect(
  { kind, value }: (typeof payloads)[number],
  answer: HttpAnswer,
  control: HttpAnswer,
): string | undefined {
  const text = formatPayload(value);
  if (answer.status >= 500) return `the service answered ${answer.status}, as if it ran the payload`;
  const leak = findLeak(answer.body);
  if (leak !== undefined) return `the answer contains ${leak}`;
  const isPage = (answer.headers['content-type'] ?? '').includes('html');
  if (kind === 'script' && isPage && /[<>"]/.test(text) && answer.body.includes(text))
    return 'the page contains it unescaped';
  if (kind === 'template' && answer.body.includes(evaluated) && !answer.body.includes(text))
    return 'the answer contains the evaluated payload';
  if (kind === 'path' && passwords.test(answer.body)) return 'the answer contains a file of the system';
  if (answer.headers['x-release-gates'] !== undefined) return 'the answer has a header that the payload contains';
  if (answer.status < 300 && control.status >= 300)
    return `the service answered ${answer.status}, but ${control.status} to a plain wrong value`;
  return undefined;
}
