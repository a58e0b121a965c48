export type { Annotation } from './annotations.ts';
export type { WorkflowEvent } from './event.ts';
export type { JobResult } from './job.ts';
export { runWorkflow, type WorkflowResult, type WorkflowRun } from './run.ts';
export { type ActionResult, type ActionRun, runAction } from './run-action.ts';
export type { StepResult } from './state.ts';
