import type { HttpAnswer } from '../../../clients/http.ts';
import type { HttpStep } from '../../../config/schema/smoke/steps/http.ts';
import type { InjectionStep } from '../../../config/schema/smoke/steps/injection.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import { findLocation, formatVerb } from '../plan/address.ts';
import type { Step } from '../plan/model.ts';
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

/** Harmless payloads that are visible where they take effect. None reads or deletes data. */
const payloads: readonly { kind: 'sql' | 'script' | 'template' | 'path'; text: string }[] = [
  { kind: 'sql', text: "' OR '1'='1" },
  { kind: 'sql', text: "'; SELECT 1 --" },
  { kind: 'sql', text: '1) UNION SELECT NULL --' },
  { kind: 'sql', text: '\\' },
  { kind: 'script', text: '<script>window.releaseGates=1</script>' },
  { kind: 'script', text: '"><img src=x onerror=releaseGates()>' },
  { kind: 'script', text: 'javascript:releaseGates()' },
  { kind: 'template', text: '{{7*191}}${7*191}' },
  { kind: 'path', text: '../../../../etc/hostname' },
];

/** The value of `7*191`, if a template evaluates it. */
const evaluated = '1337';

type Payload = (typeof payloads)[number];

/** Sends the request with each payload. A refusal or plain text passes; a server error or an effect fails. */
export async function run(step: Step<InjectionStep>, visit: Visit): Promise<Outcome> {
  const request: Step<HttpStep> = { ...step, ...step.inner, declared: step.declared.injection };
  const findings = new FindingsOfRequests(visit);
  let refused = 0;
  for (const payload of payloads) {
    const scope = visit.scope.with(new Map([['payload', payload.text]]));
    const trying = visit.with({ scope });
    const url = encodeAddress(request, payload, trying);
    const { answer } = await send(request, url, trying);
    if (answer.status >= 400 && answer.status < 500) refused++;
    const effect = findEffect(payload, answer);
    if (effect === undefined) continue;
    const message = `${step.label} (${formatVerb(request.declared)} ${url.pathname}) with ${makeExcerpt(payload.text)}: ${effect}.`;
    findings.add(found(injectionTakesEffect, { message, boundary: injectionTakesEffect.boundary, place: step.place }));
  }
  return concludeFrom(
    findings.finish(),
    `${payloads.length} payloads: ${refused} refused, ${payloads.length - refused} kept as text`,
  );
}

/** Percent-encodes the payload in an address, as browsers do. `query` encodes it itself. */
function encodeAddress(request: Step<HttpStep>, payload: Payload, visit: Visit): URL {
  const scope = visit.scope.with(new Map([['payload', encodeURIComponent(payload.text)]]));
  return visit.resolveAddress(request, scope.resolveText(findLocation(request.declared)));
}

/** How a payload took effect, as far as an answer shows it. */
function findEffect({ kind, text }: Payload, answer: HttpAnswer): string | undefined {
  if (answer.status >= 500) return `the service answered ${answer.status}, as if it ran the payload`;
  const leak = findLeak(answer.body);
  if (leak !== undefined) return `the answer contains ${leak}`;
  const isPage = (answer.headers['content-type'] ?? '').includes('html');
  if (kind === 'script' && isPage && /[<>"]/.test(text) && answer.body.includes(text))
    return 'the page contains it unescaped';
  if (kind === 'template' && answer.body.includes(evaluated) && !answer.body.includes(text))
    return 'the answer contains the evaluated payload';
  return undefined;
}
