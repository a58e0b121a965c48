import type { Annotation, Annotations } from './commands/annotations.ts';
import type { Log } from './commands/log.ts';
import type { Masks } from './commands/masks.ts';
import type { Value } from './expressions/expressions.ts';
import type { Conclusion, Status } from './expressions/functions.ts';
import type { ProcessResult, Timing } from './process.ts';
import type { Source, Sources } from './sources.ts';

export interface StepResult {
  id?: string;
  name: string;
  /** Before `continue-on-error`. */
  outcome: Conclusion;
  /** After `continue-on-error`. */
  conclusion: Conclusion;
  outputs: Record<string, string>;
  /** Markdown, masked; of a composite action, of all its steps. */
  summary: string;
  /** At most 10 per level; those of a step inside a composite action are the composite's. */
  annotations: Annotation[];
  /** Annotations beyond those; they are only in the log. */
  dropped: number;
  /** Whether its condition could not be evaluated. */
  isUndecided?: boolean;
  /** The steps of a composite action, in order. */
  steps?: StepResult[];
}

export interface JobResult {
  result: Conclusion;
  outputs: Record<string, string>;
  /** With the pre and post scripts of actions, in the order they ran. */
  steps: StepResult[];
  /** Of the job itself, such as those about its outputs. */
  annotations: Annotation[];
  environment?: { name: string; url?: string };
}

/** What all jobs of a run share. */
export interface Machine {
  node: string;
  timing: Timing;
  masks: Masks;
  log: Log;
  /** Variables of the runner's own process; every process of a step has them. */
  environment: Record<string, string>;
  /** Whether debug lines are shown and RUNNER_DEBUG is set. */
  debug: boolean;
}

/** A job under way. */
export interface JobState {
  machine: Machine;
  sources: Sources;
  status: Status;
  temp: string;
  /** `env` of workflow and job, and what steps wrote to GITHUB_ENV. */
  environment: Record<string, string>;
  /** What steps wrote to GITHUB_PATH, oldest first. */
  path: string[];
  defaults: { shell?: string; workingDirectory?: string };
  /** Every context but `env`, `steps` and the inputs of an action. */
  contexts: Record<string, Value> & { github: Record<string, Value>; runner: Record<string, string> };
  /** Aborts when the job is cancelled; `status` has changed by then. */
  cancelled: AbortSignal;
  /** Aborts when the time of steps that outlive a cancellation is over. */
  halted: AbortSignal;
  /** The `post` scripts of the actions that have started, oldest first. */
  posts: (() => Promise<StepResult>)[];
  processGroups: number[];
  /** Every process a step ran, in order. */
  processes: ProcessResult[];
}

/** Where a step stands: directly in a job, or in a composite action. */
export interface Frame {
  job: JobState;
  /** The repository of the file that has the step. */
  source: Source;
  steps: Record<string, Value>;
  inputs: Value;
  /** What `success()` and `failure()` see: the job's status, or the composite action's. */
  status(): Status;
  /** `env` of the steps that run the enclosing composite actions. */
  environment: Record<string, string>;
  composite?: {
    depth: number;
    /** What GITHUB_ACTION_PATH says. */
    actionPath: string;
    /** What GITHUB_ACTION says: a composite action's steps have their caller's. */
    contextName: string;
    annotations: Annotations;
    /** Aborts at the timeout of the job's step. */
    deadline: AbortSignal;
  };
}
