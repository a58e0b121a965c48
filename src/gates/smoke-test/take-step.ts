import { NetworkError } from '../../clients/network-error.ts';
import { findForm, type StepKind } from '../../config/schema/smoke/steps.ts';
import { type Outcome, passed } from '../../core/check.ts';
import { formatDuration } from '../../core/duration.ts';
import { formatError, GateError } from '../../core/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import { unexpected } from '../../core/gate-findings.ts';
import { classifyFailure, StepEnded, unanswered } from './failure.ts';
import { formatTitle } from './plan/address.ts';
import type { Step } from './plan/model.ts';
import { holds, listRounds } from './rounds.ts';
import { judgeSilence } from './silence.ts';
import type { StepsOutcome } from './step-runner.ts';
import { runners } from './steps/index.ts';
import type { Visit } from './visit.ts';

/** Loads what runs the steps, so that no step takes longer because of it. */
export async function loadRunners(steps: Step[]): Promise<void> {
  await Promise.all([...new Set(listKinds(steps))].map(kind => runners[kind]()));
}

function listKinds(steps: Step[]): StepKind[] {
  return steps.flatMap(({ declared, inner, part }) => [
    findForm(declared).kind,
    ...listKinds(inner ? [inner] : []),
    ...listKinds(part?.steps ?? []),
  ]);
}

/** Runs steps in their order, up to the first that does not pass. */
export async function takeSteps(steps: Step[], visit: Visit): Promise<StepsOutcome> {
  const findings: Finding[] = []; // a step that passes may have warnings
  for (const [index, step] of steps.entries()) {
    visit.run.underWay.set(visit.flow.name, step);
    const outcome = await takeStep(step, visit);
    findings.push(...outcome.findings);
    if (outcome.verdict !== 'passed') return { ...outcome, findings, taken: index + 1 };
  }
  return { verdict: 'passed', findings, taken: steps.length };
}

/** Runs one step in all its rounds, if its condition holds. Rejects only when the run is aborted. */
export async function takeStep(step: Step, visit: Visit): Promise<Outcome> {
  const startedAt = visit.context.clock.now();
  const outcome = await takeRounds(step, visit.as(step.declared['as-user']));
  if (!step.part || outcome.verdict === 'error') note(step, outcome, startedAt, visit);
  return outcome;
}

async function takeRounds(step: Step, visit: Visit): Promise<Outcome> {
  try {
    if (!holds(step.declared.if, visit.scope)) return passed('skipped because its condition does not hold');
    const rounds = listRounds(step, visit.scope);
    let outcome: Outcome = passed('no rounds');
    const findings: Finding[] = [];
    for (const names of rounds) {
      const inRound = names.size > 0 ? visit.with({ scope: visit.scope.with(names) }) : visit;
      const first = await takeWithRetries(step, inRound);
      outcome = await judgeSilence(first, step, inRound, () => takeOnce(step, inRound));
      findings.push(...outcome.findings);
      if (outcome.verdict !== 'passed') break;
    }
    const isSeveral = outcome.verdict === 'passed' && rounds.length > 1;
    const detail = isSeveral ? `${rounds.length} rounds, the last: ${outcome.detail ?? 'passed'}` : outcome.detail;
    return { ...outcome, findings, ...(detail !== undefined && { detail }) };
  } catch (error) {
    return convertError(error, step, visit);
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
      `Retrying ${step.label} in ${formatDuration(retry.every)} (${visit.scope.resolveText(retry.because)}): ${message}`,
    );
    await visit.context.clock.sleep(retry.every, visit.context.signal);
  }
}

async function takeOnce(step: Step, visit: Visit): Promise<Outcome> {
  try {
    const { run } = await runners[findForm(step.declared).kind]();
    return await run(step, visit, { takeOnce, takeSteps });
  } catch (error) {
    return convertError(error, step, visit);
  }
}

/** The outcome of a step that threw an error. Rethrows the reason if the run was aborted. */
function convertError(error: unknown, step: Step, visit: Visit): Outcome {
  visit.context.signal.throwIfAborted();
  if (error instanceof StepEnded) return addPlace(error.outcome, step, visit);
  if (error instanceof NetworkError) return unanswered(error, step, visit.locate(step));
  if (error instanceof GateError) return addPlace({ verdict: 'error', findings: error.findings }, step, visit);
  const message = `${step.label} broke down: ${formatError(error)}.`;
  return { verdict: 'error', findings: [found(unexpected, { message, ...visit.locate(step) })] };
}

/** Adds the label and the place of the step to findings that lack them. */
function addPlace(outcome: Outcome, step: Step, visit: Visit): Outcome {
  const findings = outcome.findings.map(finding => ({
    ...finding,
    ...(finding.place === undefined && visit.locate(step)),
    message: finding.message.startsWith(step.label) ? finding.message : `${step.label}: ${finding.message}`,
  }));
  return { ...outcome, findings };
}

function note(step: Step, outcome: Outcome, startedAt: number, { run, flow, context, scope }: Visit): void {
  const { name } = step.declared;
  const title = name !== undefined && scope.knows(name) ? scope.resolveText(name) : formatTitle(step.declared);
  context.log.debug(`${step.label} (${title}): ${outcome.verdict}, ${outcome.detail ?? ''}`);
  run.taken.push({
    ...outcome,
    flow: flow.name,
    label: step.label,
    title,
    startedAt,
    finishedAt: context.clock.now(),
    failureClass: classifyFailure(outcome),
  });
}
