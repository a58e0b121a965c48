import { Annotations } from '../commands/annotations.ts';
import { runStage } from '../job/stage.ts';
import type { Script } from '../model/action-model.ts';
import type { Frame } from '../state.ts';
import type { Execution } from './execution.ts';
import { type JavaScriptUse, runActionScript } from './javascript-step.ts';

/** Has the post script run at the end of the job, with the state that the main script has saved by then. */
export function registerPost(
  post: Script,
  use: () => JavaScriptUse,
  execution: Execution,
  environment: Record<string, string>,
): void {
  const { job } = execution;
  const { composite, ...place } = execution.frame;
  // A post script is a stage of the job even when its action is inside a composite one.
  const frame: Frame = { ...place, status: () => job.status };
  job.posts.push(() =>
    runStage({
      frame,
      id: undefined,
      contextName: composite?.contextName ?? execution.contextName,
      condition: post.condition,
      annotations: new Annotations(),
      state: execution.state,
      name: () => `Post ${execution.name}`,
      environment: () => environment,
      work: async running => ((await runActionScript(post.file, use(), running)) ? 'success' : 'failure'),
    }),
  );
}
