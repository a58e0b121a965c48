import type { HttpAnswer } from '../../../clients/http.ts';
import { type Finding, found } from '../../../core/finding.ts';
import type { Verdict } from '../../../core/verdict.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import type { About } from '../../../expectations/expectation.ts';
import { challenge } from './challenge.ts';
import { login } from './login.ts';
import type { Page } from './page.ts';
import { parking } from './parking.ts';
import { platform } from './platform.ts';
import { protection } from './protection.ts';

/** The first that recognises an answer names it. */
const pages: Page[] = [protection, challenge, platform, parking, login];

/** Who answered in the service's place. A good answer can only be a parking page, which says 200 to everything. */
export function detectStranger(
  answer: HttpAnswer,
  isGood: boolean,
  { target, redact, where }: About,
): { finding: Finding; verdict: Verdict } | undefined {
  for (const page of isGood ? [parking] : pages) {
    const message = page.recognise(answer);
    if (message === undefined) continue;
    const finding = found(page.kind, { message: `${target} answered ${makeExcerpt(message, redact)}.`, ...where });
    return { finding, verdict: page.verdict };
  }
  return undefined;
}
