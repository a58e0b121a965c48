export type { Annotation } from './commands/annotations.ts';
export type { WorkflowEvent } from './event.ts';
export type { Conclusion } from './expressions/functions.ts';
export type { Timing } from './process.ts';
export { runWorkflow, type WorkflowResult, type WorkflowRun } from './run.ts';
export { type ActionResult, type ActionRun, runAction } from './run-action.ts';
export type { JobResult, StepResult } from './state.ts';
