import type { HttpAnswer } from '../../../clients/http.ts';
import type { HttpStep } from '../../../config/schema/smoke/http.ts';
import type { InjectionStep } from '../../../config/schema/smoke/security.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import { addressesOf, keyOf } from '../plan/address.ts';
import type { Step } from '../plan/model.ts';
import { send } from '../steps/http.ts';
import type { Visit } from '../visit.ts';
import { FindingsOfRequests } from './findings.ts';
import { leakIn } from './leaks.ts';
import { evaluated, payloads } from './payloads.ts';

export const injectionTakesEffect: FindingKind = {
  code: 'smoke/injection-takes-effect',
  severity: 'error',
  boundary: 'data',
  meaning: 'What a user writes is not taken as mere text: it reaches SQL, a page or a template as code.',
  cause: 'Text that is put together into a statement or a page, instead of being passed as a value or escaped.',
  help: 'Pass values as parameters, escape on output, and validate what comes in.',
};

type Payload = (typeof payloads)[number];

/** Sends the request with each payload. Refused or kept as text is good; an error of the server or an effect is not. */
export async function runInjectionStep(declared: InjectionStep, step: Step, visit: Visit): Promise<Outcome> {
  const request: HttpStep = declared.injection;
  const inner = step.inner ?? step;
  const findings = new FindingsOfRequests(visit);
  let refused = 0;
  for (const payload of payloads) {
    const scope = visit.scope.with(new Map([['payload', payload.text]]));
    const trying = visit.with({ scope });
    const url = encodedAddress(request, inner, payload, trying);
    const { answer } = await send(request, inner, url, trying);
    if (answer.status >= 400 && answer.status < 500) refused++;
    const effect = effectOf(payload, answer);
    if (effect === undefined) continue;
    const message = `${step.label} (${keyOf(request).toUpperCase()} ${url.pathname}) with ${makeExcerpt(payload.text)}: ${effect}.`;
    findings.add(found(injectionTakesEffect, { message, boundary: injectionTakesEffect.boundary, place: step.place }));
  }
  return concludeFrom(
    findings.done(),
    `${payloads.length} payloads: ${refused} refused, ${payloads.length - refused} kept as text`,
  );
}

/** In an address the payload is percent-encoded, as a browser would; `query` is encoded anyway. */
function encodedAddress(request: HttpStep, inner: Step, payload: Payload, visit: Visit): URL {
  const scope = visit.scope.with(new Map([['payload', encodeURIComponent(payload.text)]]));
  return visit.addressOf(inner, scope.text(addressesOf(request)[0]?.location ?? '/'));
}

/** How a payload took effect, as far as an answer shows it. */
function effectOf({ kind, text }: Payload, answer: HttpAnswer): string | undefined {
  if (answer.status >= 500) return `the service answered ${answer.status}, as if it had run it`;
  const leak = leakIn(answer.body);
  if (leak !== undefined) return `the answer has ${leak} in it`;
  const isPage = (answer.headers['content-type'] ?? '').includes('html');
  if (kind === 'script' && isPage && /[<>"]/.test(text) && answer.body.includes(text))
    return 'it comes back in the page unescaped';
  if (kind === 'template' && answer.body.includes(evaluated) && !answer.body.includes(text))
    return 'it came back evaluated';
  return undefined;
}
