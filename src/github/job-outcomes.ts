import type { GateContext } from '../core/context.ts';
import { explainError, GateError } from '../core/errors.ts';
import { found } from '../core/finding.ts';
import { type KeptOutcome, keepOutcome, parseOutcome } from '../core/kept-outcome.ts';
import type { GateReport } from '../core/report.ts';
import type { Inputs } from './inputs.ts';
import { jobStateUnreadable, openJobState } from './job-state.ts';

/**
 * Replaces the note that a gate began by what it came to. Returns whether that worked: a gate whose outcome is not kept
 * writes a summary of its own.
 */
export type KeepOutcome = (report: GateReport) => boolean;

/** What the gates of a job leave for the report at its end. */
export interface JobOutcomes {
  /** From now on, the gates of this release leave their outcomes here. Throws when that fails, as outside of a job. */
  start(): void;
  /** Whether `start` was called in this job. */
  isStarted(): boolean;
  /** Notes that a gate begins; undefined if nothing was started, or if it cannot be noted. */
  begin(gate: string, startedAt: number): KeepOutcome | undefined;
  /** In the order in which the gates began. Throws a GateError for one that is not valid. */
  read(): KeptOutcome[];
}

/** The outcomes of one release, told apart as `openJobRecord` does. */
export function openJobOutcomes(inputs: Inputs, commit: string, context: GateContext): JobOutcomes {
  const release = [inputs.text('config'), inputs.text('environment'), commit];
  const state = openJobState(context.variables);
  const readAt = (index: number) => state?.read(['outcome', ...release, String(index)]);
  const isStarted = () => state?.read(['report', ...release]) !== undefined;
  const read = () => {
    const outcomes: KeptOutcome[] = [];
    for (let value = readAt(0); value !== undefined; value = readAt(outcomes.length)) outcomes.push(parse(value));
    return outcomes;
  };
  return {
    isStarted,
    read,
    start: () => {
      if (state === undefined)
        throw new Error('RUNNER_TEMP or GITHUB_RUN_ID is not set, so this is not a job of GitHub');
      state.write(['report', ...release], {});
    },
    begin: (gate, startedAt) =>
      tolerate(context, () => {
        if (!isStarted()) return undefined;
        const subject = ['outcome', ...release, String(read().length)] as const;
        state?.write(subject, { gate, startedAt });
        return report =>
          tolerate(context, () => {
            state?.write(subject, keepOutcome(report));
            return true;
          }) ?? false;
      }),
  };
}

/** A gate does not fail over the report of its release. */
function tolerate<Value>({ log }: GateContext, work: () => Value): Value | undefined {
  try {
    return work();
  } catch (error) {
    log.info(`The report of the release will not show how this gate ended: ${explainError(error)}.`);
    return undefined;
  }
}

function parse(value: unknown): KeptOutcome {
  const outcome = parseOutcome(value);
  if (outcome !== undefined) return outcome;
  const message = 'What an earlier gate of this job left for the report is not an outcome of this version.';
  const help = 'Use one version of release-gates in the job, and find the step that writes to RUNNER_TEMP.';
  throw new GateError([found(jobStateUnreadable, { message, help })]);
}
