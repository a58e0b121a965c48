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

/** In order: the first page that recognises an answer names it. */
const pages: Page[] = [protection, challenge, platform, parking, login];

export interface Stranger {
  finding: Finding;
  verdict: Verdict;
}

/** Recognises what gave a wrong answer in the service's place. */
export function detectStranger(answer: HttpAnswer, about: About): Stranger | undefined {
  for (const page of pages) {
    const stranger = recognise(page, answer, about);
    if (stranger) return stranger;
  }
  return undefined;
}

/** A parking page answers 200 to everything, so even a good answer can come from one. */
export function detectParking(answer: HttpAnswer, about: About): Stranger | undefined {
  return recognise(parking, answer, about);
}

function recognise(page: Page, answer: HttpAnswer, { target, redact, where }: About): Stranger | undefined {
  const message = page.recognise(answer);
  if (message === undefined) return undefined;
  const finding = found(page.kind, { message: `${target} answered ${makeExcerpt(message, redact)}.`, ...where });
  return { finding, verdict: page.verdict };
}
