import { httpRequest, withoutQuery } from '../../clients/http.ts';
import { invalidRequest, NetworkError } from '../../clients/network-error.ts';
import type { Check, Outcome } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { formatDuration } from '../../core/duration.ts';
import { GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { plural } from '../../core/plural.ts';
import { type About, findingsOfAnswer } from '../expectations/expect.ts';
import type { Target } from './options.ts';
import { pauseAfter } from './polling.ts';

export const unsteady: FindingKind = {
  code: 'probe/unsteady',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Good and bad answers alternate, so the service cannot be called ready.',
  cause: 'A crash loop, an instance of the old version among the new ones, or a dependency that comes and goes.',
  remedy: "Look at the service's log for restarts, and at whether every instance runs the new version.",
};

/** Asks until so many good answers came in a row, or the deadline is over; then the last answer tells why. */
export function readiness(target: Target, context: GateContext): Check {
  return {
    name: target.name,
    boundary: target.boundary,
    deadline: target.deadline + target.timeout + 1000,
    run: signal => waitUntilReady(target, { ...context, signal }),
  };
}

async function waitUntilReady(target: Target, context: GateContext): Promise<Outcome> {
  const { clock, signal } = context;
  const started = clock.now();
  let inARow = 0;
  for (let attempt = 1; ; attempt++) {
    const last = await ask(target, context);
    inARow = last.verdict === 'passed' ? inARow + 1 : 0;
    const elapsed = clock.now() - started;
    const attempts = `${plural(attempt, 'attempt')} in ${formatDuration(elapsed)}`;
    if (inARow >= target.consecutive) return { ...last, detail: `${last.detail ?? ''}, ${attempts}` };
    context.log.debug(`${target.name}, attempt ${attempt}: ${last.detail ?? last.verdict}`);
    const pause = pauseAfter(elapsed);
    if (elapsed + pause >= target.deadline) return givenUp(target, last, attempts);
    await clock.sleep(pause, signal);
  }
}

async function ask(target: Target, { redactor, signal }: GateContext): Promise<Outcome> {
  const where = whereOf(target);
  try {
    const { url, headers, timeout } = target;
    const answer = await httpRequest({ method: 'GET', url, headers, timeout, signal });
    const findings = findingsOfAnswer({ ...target.expect, within: target.within }, answer, {
      target: `GET ${withoutQuery(url)}`,
      redact: text => redactor.redact(text),
      where,
    });
    const detail = `${answer.status} in ${formatDuration(answer.took)}`;
    return { verdict: findings.length > 0 ? 'failed' : 'passed', findings, detail };
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    if (error.kind === invalidRequest) throw new GateError([error.finding(where)]); // and would be for ever
    return { verdict: error.verdict, findings: [error.finding(where)], detail: error.message };
  }
}

/** The last answer tells why; if it was a good one, there were too few in a row. */
function givenUp(target: Target, last: Outcome, attempts: string): Outcome {
  if (last.verdict === 'passed') {
    const seen = `${target.name} never gave ${target.consecutive} good answers in a row: ${attempts}.`;
    return { verdict: 'failed', findings: [found(unsteady, { seen, ...whereOf(target) })], detail: attempts };
  }
  const findings = last.findings.map(finding => ({ ...finding, seen: `${finding.seen} Given up after ${attempts}.` }));
  return { ...last, findings, detail: attempts };
}

function whereOf({ boundary, place }: Target): About['where'] {
  return { boundary, ...(place && { place }) };
}
