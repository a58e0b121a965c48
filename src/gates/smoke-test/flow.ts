import { CookieJar } from '../../clients/cookie-jar.ts';
import { startDeadline } from '../../clients/deadline.ts';
import type { Check, Outcome } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { formatError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { cancelled } from '../../core/gate-findings.ts';
import { pluralize } from '../../core/plural.ts';
import { Connections } from './messages/connections.ts';
import type { Flow } from './plan/model.ts';
import type { Run } from './run.ts';
import { Scope } from './scope.ts';
import { takeStep, takeSteps } from './take-step.ts';
import { Visit } from './visit.ts';

export const flowSkipped: FindingKind = {
  code: 'smoke/flow-skipped',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The flow was skipped because a flow that it comes after did not pass.',
  cause: 'The earlier flow failed or could not be decided.',
  help: 'See the findings of the earlier flow.',
};

export const cleanUpFailed: FindingKind = {
  code: 'smoke/clean-up-failed',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A clean-up step did not pass, so data of the test may remain.',
  cause: 'Deleting is broken in this release, or the run was cancelled and no time was left.',
  help: 'Find the generated values of this flow in the log, and delete what carries them.',
};

export const flowTimedOut: FindingKind = {
  code: 'smoke/flow-timed-out',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A flow did not end within its timeout, so it decided nothing.',
  cause: 'Many slow steps, or rounds and waits that add up to more than the timeout of the flow.',
  help: 'Find the slow steps in the timeline of the summary. If they are expected, raise `timeout` of the flow.',
};

/** How long the clean-up of a flow may take. After a cancellation, the runner does not wait any longer. Milliseconds. */
const cleanUpWithin = 30_000;
const cleanUpWhenCancelledWithin = 2000;

/** A flow while it runs. */
export interface FlowRun {
  /** Its value is the last request of a flow that stopped, as a command for a shell. */
  check: Check<string>;
  passed: Promise<boolean>;
  /** Resolves once the steps and the clean-up have ended, with what that left behind; also after the check was given up. */
  settled(): Promise<Finding[]>;
}

export function runFlow(flow: Flow, run: Run, earlier: ReadonlyMap<string, FlowRun>): FlowRun {
  const passed = Promise.withResolvers<boolean>();
  const settled = Promise.withResolvers<Finding[]>();
  let started = false;
  const take = async (signal: AbortSignal): Promise<Outcome<string>> => {
    started = true;
    const before = flow.after.map(name => run.began.get(name) ?? Number.POSITIVE_INFINITY);
    run.began.set(flow.name, Math.min(run.context.clock.now(), ...before));
    const visit = startVisit(flow, run, signal);
    try {
      return await takeFlow(flow, visit);
    } finally {
      const cleaned = cleanUp(flow, visit);
      settled.resolve(cleaned);
      await cleaned;
    }
  };
  return {
    check: {
      name: `flows.${flow.name}`,
      boundary: flow.boundary,
      deadline: flow.timeout + cleanUpWithin + findLongestDeadline(flow, earlier),
      run: async signal => {
        try {
          const skipped = await awaitEarlier(flow, earlier);
          signal.throwIfAborted();
          const outcome = skipped ?? (await takeInTime(flow, signal, take));
          passed.resolve(outcome.verdict === 'passed');
          return flow.warns ? turnIntoWarnings(outcome) : outcome;
        } finally {
          passed.resolve(false);
        }
      },
    },
    passed: passed.promise,
    settled: () => (started ? settled.promise : Promise.resolve([])),
  };
}

function startVisit(flow: Flow, run: Run, signal: AbortSignal): Visit {
  const context: GateContext = { ...run.context, signal };
  const scope = new Scope(new Map([...run.plan.variables, ...flow.generated]));
  return new Visit({
    run,
    flow,
    context,
    scope,
    cookies: new CookieJar(),
    users: new Map(),
    connections: new Connections(),
  });
}

async function takeFlow(flow: Flow, visit: Visit): Promise<Outcome<string>> {
  const { taken, verdict, findings } = await takeSteps(flow.steps, visit);
  if (verdict === 'passed') return { verdict, findings, detail: pluralize(flow.steps.length, 'step') };
  const detail = `stopped at step ${taken} of ${flow.steps.length}`;
  return { verdict, findings, detail, value: visit.command };
}

/** Waits for the flows that this flow comes after. Returns an outcome if one of them did not pass. */
async function awaitEarlier(flow: Flow, earlier: ReadonlyMap<string, FlowRun>): Promise<Outcome<never> | undefined> {
  for (const name of flow.after) {
    if (await earlier.get(name)?.passed) continue;
    const message = `${flow.name} was skipped because ${name}, which it comes after, did not pass.`;
    return {
      verdict: 'inconclusive',
      findings: [found(flowSkipped, { message, boundary: flow.boundary })],
      detail: 'skipped',
    };
  }
  return undefined;
}

function findLongestDeadline(flow: Flow, earlier: ReadonlyMap<string, FlowRun>): number {
  return Math.max(0, ...flow.after.map(name => earlier.get(name)?.check.deadline ?? 0));
}

async function takeInTime(
  flow: Flow,
  signal: AbortSignal,
  take: (signal: AbortSignal) => Promise<Outcome<string>>,
): Promise<Outcome<string>> {
  const deadline = startDeadline(flow.timeout, signal);
  try {
    return await take(deadline.signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!deadline.passed) throw error;
    const message = `${flow.name} did not end within its timeout of ${flow.timeout / 1000} s.`;
    return {
      verdict: 'error',
      findings: [found(flowTimedOut, { message, boundary: flow.boundary })],
      detail: 'timed out',
    };
  } finally {
    deadline.clear();
  }
}

/** Runs the clean-up and closes every connection. */
async function cleanUp(flow: Flow, visit: Visit): Promise<Finding[]> {
  const findings = flow.cleanUp.length > 0 ? await takeCleanUp(flow, visit) : [];
  await visit.connections.closeAll();
  return findings;
}

/** Runs each clean-up step whose names have values, even if others fail. */
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
      if (!visit.as(step.declared['as-user']).scope.knows(step.declared)) continue; // what it would delete was never created
      const outcome = await takeStep(step, visit.with({ context })).catch((error: unknown): Outcome => {
        const message = `${step.label} did not end: ${formatError(error)}.`;
        return { verdict: 'error', findings: [found(cleanUpFailed, { message })] };
      });
      findings.push(...outcome.findings.map(finding => reportLeftBehind(finding, flow)));
    }
  } finally {
    deadline.clear();
  }
  return findings;
}

/** A failed clean-up proves nothing about the release. */
function reportLeftBehind({ message, place }: Finding, { boundary }: Flow): Finding {
  return found(cleanUpFailed, { message, boundary, ...(place && { place }) });
}

/** A flow that only warns never fails the gate. A cancellation stays an error, because the flow did not cause it. */
function turnIntoWarnings<Value>(outcome: Outcome<Value>): Outcome<Value> {
  if (outcome.verdict === 'passed' || outcome.findings.some(({ code }) => code === cancelled.code)) return outcome;
  const findings = outcome.findings.map(finding => ({ ...finding, severity: 'warning' as const }));
  return {
    ...outcome,
    verdict: 'passed',
    findings,
    detail: `${outcome.detail ?? outcome.verdict}; this flow only warns`,
  };
}
