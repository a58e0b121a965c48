import type { WaitUntilStep } from '../../../config/schema/smoke/steps/wait-until.ts';
import type { Outcome } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import type { Step } from '../plan/model.ts';
import type { StepTaker } from '../step-runner.ts';
import type { Visit } from '../visit.ts';

/** Repeats the step until it passes or the time is over. Then the outcome is that of the last try. */
export async function run(step: Step<WaitUntilStep>, visit: Visit, { takeOnce }: StepTaker): Promise<Outcome> {
  const { clock, signal } = visit.context;
  const { declared, inner = step } = step;
  const started = clock.now();
  for (let tries = 1; ; tries++) {
    const outcome = await takeOnce(inner, visit);
    const elapsed = clock.now() - started;
    const taken = `${tries} ${tries === 1 ? 'try' : 'tries'} in ${formatDuration(elapsed)}`;
    if (outcome.verdict === 'passed') return { ...outcome, detail: `${outcome.detail ?? 'passed'}, ${taken}` };
    if (elapsed + declared.every >= declared.within) return giveUp(outcome, taken);
    await clock.sleep(declared.every, signal);
  }
}

function giveUp(last: Outcome, taken: string): Outcome {
  const findings = last.findings.map(finding => ({
    ...finding,
    message: `${finding.message} Gave up after ${taken}.`,
  }));
  return { ...last, findings, detail: `gave up after ${taken}` };
}
