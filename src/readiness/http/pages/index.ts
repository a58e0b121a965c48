import type { HttpAnswer } from '../../../clients/http.ts';
import type { Expectation } from '../../../config/schema/http.ts';
import { type Finding, found } from '../../../core/finding.ts';
import type { Verdict } from '../../../core/verdict.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import type { About } from '../../../expectations/expectation.ts';
import type { Asked } from '../request.ts';
import { challenges } from './challenge.ts';
import { webServer } from './default-page.ts';
import { describeLoginAfterRedirect, login } from './login.ts';
import type { Page } from './page.ts';
import { parking } from './parking.ts';
import { platform } from './platform.ts';
import { protection } from './protection.ts';

/** In order: the first page that recognises an answer names it. */
const pages: Page[] = [protection, ...challenges, platform, parking, webServer, login];

export interface Stranger {
  finding: Finding;
  verdict: Verdict;
}

/** Recognises what gave a wrong answer in the service's place. */
export function detectStranger(answer: HttpAnswer, about: About): Stranger | undefined {
  return recogniseFirst(pages, answer, about);
}

/** Recognises what gave a good answer in the service's place: some pages answer 200 to everything. */
export function detectDisguise(
  asked: string,
  { url, answer }: Asked,
  expected: Expectation,
  about: About,
): Stranger | undefined {
  const isTold = expected.text !== undefined || expected.json !== undefined || expected.values !== undefined;
  const stranger = recogniseFirst([...challenges, parking, ...(isTold ? [] : [webServer])], answer, about);
  if (stranger || isTold || expected.status !== undefined) return stranger;
  const message = describeLoginAfterRedirect(asked, url, answer);
  return message === undefined ? undefined : makeStranger(login, message, about);
}

function recogniseFirst(candidates: Page[], answer: HttpAnswer, about: About): Stranger | undefined {
  for (const page of candidates) {
    const message = page.recognise(answer);
    if (message !== undefined) return makeStranger(page, message, about);
  }
  return undefined;
}

function makeStranger(
  { kind, verdict, help = kind.help }: Page,
  message: string,
  { target, redact, where }: About,
): Stranger {
  return {
    verdict,
    finding: found(kind, { message: `${target} answered ${makeExcerpt(message, redact)}.`, help, ...where }),
  };
}
