import type { Variables } from '../core/context.ts';
import type { Inputs } from './inputs.ts';
import { openJobState } from './job-state.ts';

/** What the messages about one release leave for later steps of the job; nothing outside of a job. */
export function openJobMessages(inputs: Inputs, commit: string, variables: Variables) {
  const state = openJobState(variables);
  const locate = (channel: string) =>
    ['message', inputs.text('config'), inputs.text('environment'), commit, channel] as const;
  return {
    read: (channel: string) => state?.read(locate(channel)),
    write: (channel: string, sent: unknown) => state?.write(locate(channel), sent),
  };
}
