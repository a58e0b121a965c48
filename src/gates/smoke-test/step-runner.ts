import type { Outcome } from '../../core/check.ts';
import type { Step } from './plan/model.ts';
import type { Visit } from './visit.ts';

/** The outcome of several steps, and how many of them ran. */
export interface StepsOutcome extends Outcome {
  taken: number;
}

/** Runs other steps, for a step that is made of them. */
export interface StepTaker {
  takeOnce(step: Step, visit: Visit): Promise<Outcome>;
  takeSteps(steps: Step[], visit: Visit): Promise<StepsOutcome>;
}

/** What the file of each step exports. */
export interface StepRunner {
  run(step: Step, visit: Visit, taker: StepTaker): Promise<Outcome>;
}
