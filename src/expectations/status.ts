import type { HttpAnswer } from '../clients/http.ts';
import { found } from '../core/finding.ts';
import { makeBodyExcerpt } from './excerpt.ts';
import type { About, Expect } from './expectation.ts';
import { wrongStatus } from './findings.ts';
import { adviseOnStatus } from './status-advice.ts';

export const status: Expect = (expected, answer, about) => {
  if (isExpected(expected.status, answer)) return [];
  const wanted = expected.status === undefined ? '200 to 299' : [expected.status].flat().join(' or ');
  const message = `${about.target} answered ${answer.status}, expected ${wanted}.${describeBody(answer, about)}`;
  const help = adviseOnStatus(answer) ?? wrongStatus.help;
  return [found(wrongStatus, { message, help, ...about.where })];
};

function isExpected(wanted: number | number[] | undefined, { status }: HttpAnswer): boolean {
  return wanted === undefined ? status >= 200 && status < 300 : [wanted].flat().includes(status);
}

function describeBody(answer: HttpAnswer, { redact }: About): string {
  const location = answer.headers.location;
  if (location) return ` It redirects to ${redact(location.split('?')[0] ?? '')}.`;
  return answer.body.trim() === '' ? '' : ` The body begins: ${makeBodyExcerpt(answer, redact)}`;
}
