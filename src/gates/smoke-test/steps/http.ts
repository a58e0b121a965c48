import { parseRetryAfter } from '../../../clients/retry-after.ts';
import type { HttpStep } from '../../../config/schema/smoke/steps/http.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { pluralize } from '../../../core/plural.ts';
import { checkWholeAnswer } from '../answer/answer.ts';
import { compareWithPrevious } from '../answer/compare.ts';
import { capture } from '../captures/captures.ts';
import { findLocation } from '../plan/address.ts';
import type { Step } from '../plan/model.ts';
import type { Followed } from '../requests/redirects.ts';
import { readAnswer, send } from '../requests/send.ts';
import type { Visit } from '../visit.ts';

/** Sends the request, checks the answer, and captures what later steps need. */
export async function run(step: Step<HttpStep>, visit: Visit): Promise<Outcome> {
  const { declared } = step;
  const url = visit.resolveAddress(step, findLocation(declared));
  const about = visit.describe(step, url);
  const followed = await sendPastLimit(step, url, visit);
  const { answer } = followed;
  const wrong = await checkWholeAnswer(declared, followed, about, visit);
  const source = readAnswer(answer, visit.context.clock.now());
  const findings = wrong.length > 0 ? wrong : await capture(declared.capture, source, visit, about);
  const differences = findings.length > 0 ? [] : await compareWithPrevious(step, { url, answer }, visit, about);
  const redirects = followed.redirects > 0 ? ` after ${pluralize(followed.redirects, 'redirect')}` : '';
  return concludeFrom([...findings, ...differences], `${answer.status} in ${formatDuration(answer.took)}${redirects}`);
}

/** A longer wait is an answer to judge; milliseconds. */
const longestWait = 5000;

/** Sends the request. If a rate limit refuses it for a short time, waits that long and sends it once more. */
async function sendPastLimit(step: Step<HttpStep>, url: URL, visit: Visit): Promise<Followed> {
  const { clock, signal, log } = visit.context;
  const followed = await send(step, url, visit);
  const { status, headers } = followed.answer;
  if (status !== 429 || expectsStatus(429, step.declared)) return followed;
  const wait = parseRetryAfter(headers['retry-after'], clock.now());
  if (wait === undefined || wait > longestWait) return followed;
  log.info(
    `${step.label}: the service limits requests (429). Sending it again in ${formatDuration(wait)}, as it asks.`,
  );
  await clock.sleep(wait, signal);
  return send(step, url, visit);
}

function expectsStatus(status: number, { expect }: HttpStep): boolean {
  return [expect, expect.not, ...(expect['any-of'] ?? [])].some(part => [part?.status].flat().includes(status));
}
