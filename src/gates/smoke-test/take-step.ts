import { NetworkError } from '../../clients/network-error.ts';
import { type Outcome, passed } from '../../core/check.ts';
import { formatDuration } from '../../core/duration.ts';
import { formatError, GateError } from '../../core/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import { unexpected } from '../../core/gate-findings.ts';
import { classOf, StepEnded, unanswered } from './failure.ts';
import { titleOf } from './plan/address.ts';
import type { Step } from './plan/model.ts';
import { holds, roundsOf } from './rounds.ts';
import { runStep } from './steps/index.ts';
import type { Visit } from './visit.ts';

/** Takes steps in their order; the first that does not pass ends them. */
export async function takeSteps(steps: Step[], visit: Visit): Promise<Outcome & { taken: number }> {
  const findings: Finding[] = []; // a step that passes may have something to note
  for (const [index, step] of steps.entries()) {
    visit.run.underWay.set(visit.flow.name, step);
    const outcome = await takeStep(step, visit);
    findings.push(...outcome.findings);
    if (outcome.verdict !== 'passed') return { ...outcome, findings, taken: index + 1 };
  }
  return { verdict: 'passed', findings, taken: steps.length };
}

/** Takes one step, as often as it says and if it says so. Rejects only when the run is aborted. */
export async function takeStep(step: Step, visit: Visit): Promise<Outcome> {
  const startedAt = visit.context.clock.now();
  const outcome = await takeRounds(step, visit);
  if (!step.part || outcome.verdict === 'error') note(step, outcome, startedAt, visit);
  return outcome;
}

async function takeRounds(step: Step, visit: Visit): Promise<Outcome> {
  try {
    if (!holds(step.declared.if, visit.scope)) return passed('left out, since its condition does not hold');
    const rounds = roundsOf(step, visit.scope);
    let outcome: Outcome = passed('no round to take');
    const findings: Finding[] = [];
    for (const names of rounds) {
      outcome = await takeWithRetries(step, names.size > 0 ? visit.with({ scope: visit.scope.with(names) }) : visit);
      findings.push(...outcome.findings);
      if (outcome.verdict !== 'passed') break;
    }
    const isSeveral = outcome.verdict === 'passed' && rounds.length > 1;
    const detail = isSeveral ? `${rounds.length} rounds, the last: ${outcome.detail ?? 'passed'}` : outcome.detail;
    return { ...outcome, findings, ...(detail !== undefined && { detail }) };
  } catch (error) {
    return outcomeOf(error, step, visit);
  }
}

async function takeWithRetries(step: Step, visit: Visit): Promise<Outcome> {
  const { retry } = step.declared;
  for (let tries = 1; ; tries++) {
    const outcome = await takeOnce(step, visit);
    if (retry === undefined || outcome.verdict === 'passed' || tries > retry.times) {
      return tries === 1 ? outcome : { ...outcome, detail: `${outcome.detail ?? outcome.verdict}, at try ${tries}` };
    }
    const message = outcome.findings[0]?.message ?? outcome.verdict;
    visit.context.log.info(
      `${step.label} is tried again in ${formatDuration(retry.every)} (${retry.because}): ${message}`,
    );
    await visit.context.clock.sleep(retry.every, visit.context.signal);
  }
}

async function takeOnce(step: Step, visit: Visit): Promise<Outcome> {
  try {
    return await runStep(step, visit);
  } catch (error) {
    return outcomeOf(error, step, visit);
  }
}

/** What an error makes of a step. Rethrows the reason when the run was aborted. */
export function outcomeOf(error: unknown, step: Step, visit: Visit): Outcome {
  visit.context.signal.throwIfAborted();
  if (error instanceof StepEnded) return placed(error.outcome, step, visit);
  if (error instanceof NetworkError) {
    const isBounded = 'within' in step.declared && step.declared.within !== undefined;
    return unanswered(error, step.label, visit.where(step), isBounded);
  }
  if (error instanceof GateError) return placed({ verdict: 'error', findings: error.findings }, step, visit);
  const message = `${step.label} broke down: ${formatError(error)}.`;
  return { verdict: 'error', findings: [found(unexpected, { message, ...visit.where(step) })] };
}

/** What is said somewhere inside may not know of which step it is, or where in the file that stands. */
function placed(outcome: Outcome, step: Step, visit: Visit): Outcome {
  const findings = outcome.findings.map(finding => ({
    ...finding,
    ...(finding.place === undefined && visit.where(step)),
    message: finding.message.startsWith(step.label) ? finding.message : `${step.label}: ${finding.message}`,
  }));
  return { ...outcome, findings };
}

function note(step: Step, outcome: Outcome, startedAt: number, { run, flow, context, scope }: Visit): void {
  const { name } = step.declared;
  const title = name !== undefined && scope.knows(name) ? scope.text(name) : titleOf(step.declared);
  context.log.debug(`${step.label} (${title}): ${outcome.verdict}, ${outcome.detail ?? ''}`);
  run.taken.push({
    ...outcome,
    flow: flow.name,
    label: step.label,
    title,
    startedAt,
    finishedAt: context.clock.now(),
    failureClass: classOf(outcome),
  });
}
