import type { WaitUntilStep } from '../../../config/schema/smoke/steps.ts';
import type { Outcome } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import type { Step } from '../plan/model.ts';
import { outcomeOf } from '../take-step.ts';
import type { Visit } from '../visit.ts';
import { runStep } from './index.ts';

/** Takes the step again and again until it passes, or the time is over; then the last try tells why. */
export async function runWaitUntilStep(declared: WaitUntilStep, step: Step, visit: Visit): Promise<Outcome> {
  const { clock, signal } = visit.context;
  const inner = step.inner ?? step;
  const started = clock.now();
  for (let tries = 1; ; tries++) {
    const outcome = await runStep(inner, visit).catch((error: unknown) => outcomeOf(error, inner, visit));
    const elapsed = clock.now() - started;
    const taken = `${tries} ${tries === 1 ? 'try' : 'tries'} in ${formatDuration(elapsed)}`;
    if (outcome.verdict === 'passed') return { ...outcome, detail: `${outcome.detail ?? 'passed'}, ${taken}` };
    if (elapsed + declared.every >= declared.within) return givenUp(outcome, taken);
    await clock.sleep(declared.every, signal);
  }
}

/**
 * The last try tells why it never passed: what it got was wrong, or it got nothing, which says nothing of the release.
 */
function givenUp(last: Outcome, taken: string): Outcome {
  const findings = last.findings.map(finding => ({
    ...finding,
    message: `${finding.message} Given up after ${taken}.`,
  }));
  return { ...last, findings, detail: `given up after ${taken}` };
}
