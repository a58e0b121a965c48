import { CookieJar } from '../../clients/cookie-jar.ts';
import { startDeadline } from '../../clients/deadline.ts';
import type { Check, Outcome } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { formatError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { cancelled } from '../../core/gate-findings.ts';
import { Connections } from './connections.ts';
import type { Flow } from './plan/model.ts';
import type { Run } from './run.ts';
import { Scope } from './scope.ts';
import { takeStep, takeSteps } from './take-step.ts';
import { Visit } from './visit.ts';

export const notTaken: FindingKind = {
  code: 'smoke/not-taken',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The flow was not taken, since one that it comes after did not pass.',
  cause: 'What the earlier flow found.',
  help: 'See the flow that is named.',
};

export const leftBehind: FindingKind = {
  code: 'smoke/left-behind',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A step that should delete what the test made did not pass, so something may be left behind.',
  cause: 'The release is broken where things are deleted, or the run was cancelled and there was no time left.',
  help: 'Look for what the log says was made up for this flow, and delete it.',
};

/**
 * How long the clean-up of a flow may take; of a cancelled one less, since the runner then waits no longer.
 * Milliseconds.
 */
const cleanUpWithin = 30_000;
const cleanUpWhenCancelledWithin = 2000;

/** A flow while it runs. */
export interface FlowRun {
  check: Check;
  /**
   * Settles once its steps have ended and its clean-up is over, with what that left behind; also after the check was
   * given up.
   */
  settled(): Promise<Finding[]>;
}

/** What the flows of a run tell each other, and the gate. */
export interface FlowEvents {
  /** The last request of a flow that stopped, as a command for a shell. */
  onStop(flow: Flow, command: string): void;
}

export function runFlow(
  flow: Flow,
  run: Run,
  runs: ReadonlyMap<string, FlowRun & { passed: Promise<boolean> }>,
  events: FlowEvents,
): FlowRun & { passed: Promise<boolean> } {
  const passed = Promise.withResolvers<boolean>();
  const settled = Promise.withResolvers<Finding[]>();
  let started = false;
  const take = async (signal: AbortSignal): Promise<Outcome> => {
    started = true;
    const before = flow.after.map(name => run.began.get(name) ?? Number.POSITIVE_INFINITY);
    run.began.set(flow.name, Math.min(run.context.clock.now(), ...before));
    const visit = visitOf(flow, run, signal);
    try {
      const { taken, ...outcome } = await takeSteps(flow.steps, visit);
      if (outcome.verdict === 'passed') return { ...outcome, detail: stepCount(flow.steps.length) };
      events.onStop(flow, visit.command);
      return { ...outcome, detail: `stopped at step ${taken} of ${flow.steps.length}` };
    } finally {
      const cleaned = cleanUp(flow, visit);
      settled.resolve(cleaned);
      await cleaned;
    }
  };
  const takeInTime = async (signal: AbortSignal): Promise<Outcome> => {
    const deadline = startDeadline(flow.timeout, signal);
    try {
      return await take(deadline.signal);
    } catch (error) {
      signal.throwIfAborted();
      if (deadline.passed) return gaveUp(flow);
      throw error;
    } finally {
      deadline.clear();
    }
  };
  return {
    check: {
      name: `flows.${flow.name}`,
      boundary: flow.boundary,
      deadline: flow.timeout + cleanUpWithin + longestBefore(flow, runs),
      run: async signal => {
        try {
          const before = await notReady(flow, runs);
          signal.throwIfAborted();
          const outcome = before ?? (await takeInTime(signal));
          passed.resolve(outcome.verdict === 'passed');
          return flow.warns ? asWarnings(outcome) : outcome;
        } finally {
          passed.resolve(false);
        }
      },
    },
    passed: passed.promise,
    settled: () => (started ? settled.promise : Promise.resolve([])),
  };
}

function visitOf(flow: Flow, run: Run, signal: AbortSignal): Visit {
  const context: GateContext = { ...run.context, signal };
  const scope = new Scope(new Map([...run.plan.variables, ...flow.generated]));
  return new Visit({ run, flow, context, scope, cookies: new CookieJar(), connections: new Connections() });
}

/** Waits for the flows that this one comes after; an outcome when one of them did not pass. */
async function notReady(
  flow: Flow,
  runs: ReadonlyMap<string, { passed: Promise<boolean> }>,
): Promise<Outcome | undefined> {
  for (const name of flow.after) {
    if (await runs.get(name)?.passed) continue;
    const message = `${flow.name} was not taken, since it comes after ${name}, which did not pass.`;
    return {
      verdict: 'inconclusive',
      findings: [found(notTaken, { message, boundary: flow.boundary })],
      detail: 'not taken',
    };
  }
  return undefined;
}

function longestBefore(flow: Flow, runs: ReadonlyMap<string, FlowRun>): number {
  return Math.max(0, ...flow.after.map(name => runs.get(name)?.check.deadline ?? 0));
}

/** What the clean-up steps found, once every connection is closed as well. */
async function cleanUp(flow: Flow, visit: Visit): Promise<Finding[]> {
  const findings = flow.cleanUp.length > 0 ? await takeCleanUp(flow, visit) : [];
  await visit.connections.closeAll();
  return findings;
}

/** Takes the clean-up steps whose names have values, each whatever became of the others. */
async function takeCleanUp(flow: Flow, visit: Visit): Promise<Finding[]> {
  const isCancelled = visit.run.context.signal.aborted;
  const deadline = startDeadline(
    isCancelled ? cleanUpWhenCancelledWithin : cleanUpWithin,
    new AbortController().signal,
  );
  const context = { ...visit.context, signal: deadline.signal };
  const findings: Finding[] = [];
  try {
    for (const step of flow.cleanUp) {
      if (!visit.scope.knows(step.declared)) continue; // what it would delete was never made
      const outcome = await takeStep(step, visit.with({ context })).catch((error: unknown) =>
        unable(step.label, error),
      );
      findings.push(...outcome.findings.map(finding => asLeftBehind(finding, visit)));
    }
  } finally {
    deadline.clear();
  }
  return findings;
}

function unable(label: string, error: unknown): Outcome {
  return {
    verdict: 'error',
    findings: [found(leftBehind, { message: `${label} did not end: ${formatError(error)}.` })],
  };
}

/** What a clean-up step did not do says nothing of the release. */
function asLeftBehind(finding: Finding, { flow }: Visit): Finding {
  const { message, place } = finding;
  return found(leftBehind, { message, boundary: flow.boundary, ...(place && { place }) });
}

function gaveUp(flow: Flow): Outcome {
  const message = `${flow.name} did not end within its timeout of ${flow.timeout / 1000} s.`;
  return {
    verdict: 'error',
    findings: [found(flowTimedOut, { message, boundary: flow.boundary })],
    detail: 'given up',
  };
}

export const flowTimedOut: FindingKind = {
  code: 'smoke/flow-timed-out',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A flow did not end in its time, so it decided nothing.',
  cause: 'Many slow steps, or rounds and waits that add up to more than the flow may take.',
  help: 'Look at the time line of the summary for what took so long; raise `timeout` of the flow if that is meant.',
};

/** A flow that only warns never fails the gate; that the run was cancelled is no matter of the flow. */
function asWarnings(outcome: Outcome): Outcome {
  if (outcome.verdict === 'passed' || outcome.findings.some(({ code }) => code === cancelled.code)) return outcome;
  const findings = outcome.findings.map(finding => ({ ...finding, severity: 'warning' as const }));
  return { verdict: 'passed', findings, detail: `${outcome.detail ?? outcome.verdict}; this flow only warns` };
}

function stepCount(count: number): string {
  return `${count} step${count === 1 ? '' : 's'}`;
}
