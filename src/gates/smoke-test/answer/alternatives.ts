import type { HttpAnswer } from '../../../clients/http.ts';
import type { Answer, AnswerPart } from '../../../config/schema/smoke/answer.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { About } from '../../../expectations/expectation.ts';
import { tooLarge } from '../../../expectations/findings.ts';
import type { Scope } from '../scope.ts';
import { checkPart, resolvePart } from './part.ts';

export const forbiddenContent: FindingKind = {
  code: 'answer/forbidden-content',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The answer contains something that the configuration forbids.',
  cause: 'Details that belong in the log reach the outside, or a switch is on that should be off.',
  help: 'Find what adds this to the answer of the service.',
};

export const matchesNoAlternative: FindingKind = {
  code: 'answer/matches-no-alternative',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The answer matches none of the allowed alternatives.',
  cause: 'The service is in a state that the flow does not expect, or has a fault.',
  help: 'Compare the answer with each of the alternatives.',
};

/** Checks what must not hold, and the alternatives of which one must. */
export async function checkAlternatives(
  expected: Answer,
  answer: HttpAnswer,
  about: About,
  scope: Scope,
): Promise<Finding[]> {
  const check = (part: AnswerPart, lists: 'whole' | 'contained') =>
    checkPart({ ...resolvePart(part, scope), status: part.status ?? answer.status, lists }, answer, about);
  const { not, 'any-of': anyOf } = expected;
  return [
    ...(not ? reportForbidden(not, await check(not, 'contained'), about) : []),
    ...(anyOf ? reportNoMatch(await Promise.all(anyOf.map(part => check(part, 'whole'))), about) : []),
  ];
}

function reportForbidden(part: AnswerPart, wrong: Finding[], about: About): Finding[] {
  const declared = JSON.stringify(describePart(part));
  if (wrong.length === 0) {
    const message = `${about.target}: the answer has forbidden content (${declared}).`;
    return [found(forbiddenContent, { message: about.redact(message), ...about.where })];
  }
  if (!wrong.every(({ code }) => code === tooLarge.code)) return [];
  const message = `${about.target}: the body is too large to read to its end, so it may have forbidden content (${declared}).`;
  return [found(tooLarge, { message: about.redact(message), ...about.where })];
}

function reportNoMatch(wrong: Finding[][], about: About): Finding[] {
  if (wrong.some(each => each.length === 0)) return [];
  const reasons = wrong.map(
    ([first], index) => `(${index + 1}) ${first?.message.replace(about.target, '').replace(/^:?\s+/, '')}`,
  );
  const message = `${about.target}: none of ${wrong.length} alternatives matches. ${reasons.join(' ')}`;
  return [found(matchesNoAlternative, { message, ...about.where })];
}

function describePart({ cookies, ...part }: AnswerPart): object {
  return cookies.length > 0 ? { ...part, cookies } : part;
}
