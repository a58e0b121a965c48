import type { HttpAnswer } from '../../../clients/http.ts';
import type { Answer, AnswerPart } from '../../../config/schema/smoke/http.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { About } from '../../../expectations/expectation.ts';
import { tooLarge } from '../../../expectations/findings.ts';
import type { Scope } from '../scope.ts';
import { findingsOfPart, resolvePart } from './part.ts';

export const isWhatItMustNot: FindingKind = {
  code: 'answer/is-what-it-must-not',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The answer has what it must not have.',
  cause: 'Details that are meant for the log reach the outside, or a switch that should be off is on.',
  help: 'Look at the service for what brought this into the answer.',
};

export const noAlternative: FindingKind = {
  code: 'answer/no-alternative',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Of several answers that would be good, none came.',
  cause: 'The service is in a state that the flow does not know, or it is at fault.',
  help: 'Compare what came with each of the alternatives.',
};

/** What must not hold, and of what one must. */
export async function findingsOfAlternatives(
  expected: Answer,
  answer: HttpAnswer,
  about: About,
  scope: Scope,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const wrongWith = (part: AnswerPart) =>
    findingsOfPart({ ...resolvePart(part, scope), status: part.status ?? answer.status }, answer, about);
  if (expected.not) {
    const wrong = await wrongWith(expected.not);
    const declared = JSON.stringify(declaredOf(expected.not));
    if (wrong.length === 0) {
      const message = `${about.target}: the answer is what it must not be (${declared}).`;
      findings.push(found(isWhatItMustNot, { message: about.redact(message), ...about.where }));
    } else if (wrong.every(({ code }) => code === tooLarge.code)) {
      const message = `${about.target}: the body is too large to be read to its end, so whether the answer is what it must not be (${declared}) is not known.`;
      findings.push(found(tooLarge, { message: about.redact(message), ...about.where }));
    }
  }
  if (expected['any-of']) {
    const wrong = await Promise.all(expected['any-of'].map(wrongWith));
    if (wrong.every(each => each.length > 0)) {
      const reasons = wrong.map(
        ([first], index) => `(${index + 1}) ${first?.message.replace(about.target, '').replace(/^:?\s+/, '')}`,
      );
      const message = `${about.target}: none of ${wrong.length} alternatives holds. ${reasons.join(' ')}`;
      findings.push(found(noAlternative, { message, ...about.where }));
    }
  }
  return findings;
}

function declaredOf({ cookies, ...part }: AnswerPart): object {
  return cookies.length > 0 ? { ...part, cookies } : part;
}
