import type { HttpStep } from '../../../config/schema/smoke/http.ts';
import type { IdempotentStep } from '../../../config/schema/smoke/security.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import { wrongJson } from '../../../expectations/findings.ts';
import { parseJson } from '../../../expectations/json.ts';
import { findingsOfWholeAnswer } from '../answer/answer.ts';
import { capture } from '../captures/captures.ts';
import { select } from '../captures/select.ts';
import { addressesOf } from '../plan/address.ts';
import type { Step } from '../plan/model.ts';
import { send, sourceOf } from '../steps/http.ts';
import type { Visit } from '../visit.ts';

export const notIdempotent: FindingKind = {
  code: 'smoke/not-idempotent',
  severity: 'error',
  boundary: 'settlement',
  meaning: 'The same request with the same key was carried out twice: a client that tries again pays twice.',
  cause: 'The idempotency key is not kept, not looked at, or kept too late to be seen by the second request.',
  help: 'Keep the key in the same transaction as what it makes, under a unique constraint, and answer a repetition from it.',
};

/** Sends the request twice; what it makes must be the same thing. */
export async function runIdempotentStep(declared: IdempotentStep, step: Step, visit: Visit): Promise<Outcome> {
  const request: HttpStep = declared.idempotent;
  const inner = step.inner ?? step;
  const url = visit.addressOf(inner, addressesOf(request)[0]?.location ?? '/');
  const about = visit.about(inner, url);
  const first = await send(request, inner, url, visit);
  const wrong = await findingsOfWholeAnswer(request, first, about, visit);
  if (wrong.length > 0) return concludeFrom(wrong, `${first.answer.status} at first`);
  const second = await send(request, inner, url, visit);
  const detail = `${first.answer.status}, then ${second.answer.status}`;
  const differences: string[] = [];
  const missing: string[] = [];
  if (second.answer.status >= 400) differences.push(`the repetition answered ${second.answer.status}`);
  else {
    for (const path of declared.same) {
      const [one, other] = await Promise.all([first, second].map(({ answer }) => valueAt(path, answer.body)));
      if (one === undefined) missing.push(path);
      const show = (value = 'missing') => makeExcerpt(value, about.redact);
      if (one !== other) differences.push(`${path} is ${show(one)} at first and ${show(other)} when repeated`);
    }
  }
  if (differences.length > 0) {
    const message = `${about.target}: ${differences.join('; ')}.`;
    return concludeFrom([found(notIdempotent, { message, ...about.where })], detail);
  }
  if (missing.length > 0) {
    const message = `${about.target}: ${missing.join(' and ')} is missing, so nothing tells whether both made the same.`;
    return concludeFrom([found(wrongJson, { message, ...about.where, place: step.placeOf('same') })], detail);
  }
  const source = sourceOf(first.answer, visit.context.clock.now());
  return concludeFrom(await capture(request.capture, source, visit, about), detail);
}

/** What the path names, as JSON; undefined where it names nothing. */
async function valueAt(path: string, body: string): Promise<string | undefined> {
  const document = parseJson(body);
  const selected = document && (await select(path, document.value));
  if (selected === undefined || 'missing' in selected) return undefined;
  return JSON.stringify(selected.values.length === 1 ? selected.values[0] : selected.values);
}
