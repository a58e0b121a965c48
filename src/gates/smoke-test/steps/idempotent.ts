import type { HttpStep } from '../../../config/schema/smoke/steps/http.ts';
import type { IdempotentStep } from '../../../config/schema/smoke/steps/idempotent.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { parseJson } from '../../../core/parse-json.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import { wrongJson } from '../../../expectations/findings.ts';
import { checkWholeAnswer } from '../answer/answer.ts';
import { capture } from '../captures/captures.ts';
import { select } from '../captures/select.ts';
import { findLocation } from '../plan/address.ts';
import type { Step } from '../plan/model.ts';
import { readAnswer, send } from '../requests/send.ts';
import type { Visit } from '../visit.ts';

export const notIdempotent: FindingKind = {
  code: 'smoke/not-idempotent',
  severity: 'error',
  boundary: 'settlement',
  meaning: 'The same request with the same key took effect twice, so a client that retries pays twice.',
  cause:
    'The service does not store the idempotency key, does not check it, or stores it too late for the second request.',
  help: 'Store the key in the same transaction as the result, under a unique constraint, and answer a repeated request from it.',
};

/** Sends the request twice, and compares the values that must be the same. */
export async function run(step: Step<IdempotentStep>, visit: Visit): Promise<Outcome> {
  const { declared } = step;
  const request: Step<HttpStep> = { ...step, ...step.inner, declared: declared.idempotent };
  const url = visit.resolveAddress(request, findLocation(request.declared));
  const about = visit.describe(request, url);
  const first = await send(request, url, visit);
  const wrong = await checkWholeAnswer(request.declared, first, about, visit);
  if (wrong.length > 0) return concludeFrom(wrong, `${first.answer.status} at first`);
  const second = await send(request, url, visit);
  const detail = `${first.answer.status}, then ${second.answer.status}`;
  const { differences, missing } =
    second.answer.status >= 400
      ? { differences: [`the repeated request got ${second.answer.status}`], missing: [] }
      : await compareValues(
          declared.same.map(path => visit.scope.resolvePath(path)),
          [first.answer.body, second.answer.body],
          about.redact,
        );
  if (differences.length > 0) {
    const message = `${about.target}: ${differences.join('; ')}.`;
    return concludeFrom([found(notIdempotent, { message, ...about.where })], detail);
  }
  if (missing.length > 0) {
    const message = `${about.target}: the answers lack ${missing.join(' and ')}, so nothing shows whether both are the same.`;
    return concludeFrom([found(wrongJson, { message, ...about.where, place: step.placeOf('same') })], detail);
  }
  const source = readAnswer(first.answer, visit.context.clock.now());
  return concludeFrom(await capture(request.declared.capture, source, visit, about), detail);
}

/** The paths whose values differ, as sentences, and the paths without a value in the first body. */
async function compareValues(
  paths: string[],
  [first, second]: [string, string],
  redact: (text: string) => string,
): Promise<{ differences: string[]; missing: string[] }> {
  const show = (value = 'missing') => makeExcerpt(value, redact);
  const compared = await Promise.all(
    paths.map(async path => ({ path, one: await readValue(path, first), other: await readValue(path, second) })),
  );
  return {
    differences: compared
      .filter(({ one, other }) => one !== other)
      .map(({ path, one, other }) => `${path} is ${show(one)} at first, but ${show(other)} when repeated`),
    missing: compared.filter(({ one }) => one === undefined).map(({ path }) => path),
  };
}

/** The value at the path, as JSON; undefined if there is none. */
async function readValue(path: string, body: string): Promise<string | undefined> {
  const document = parseJson(body);
  const selected = document && (await select(path, document.value));
  if (selected === undefined || 'missing' in selected) return undefined;
  return JSON.stringify(selected.values.length === 1 ? selected.values[0] : selected.values);
}
