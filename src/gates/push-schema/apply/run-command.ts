import { runInGroup, splitLines } from '../../../clients/process-group.ts';
import type { GateContext } from '../../../core/context.ts';

export interface Ended {
  succeeded: boolean;
  /** The end of a sentence that begins with the command: `ended with exit status 1`. */
  how: string;
  /** Whether the shell found no program of that name. */
  notFound: boolean;
}

/** Runs a command by `sh` in the root of the repository, with its output in the log, until it ends or the run does. */
export async function runCommand(command: string, { variables, workspace, log, signal }: GateContext): Promise<Ended> {
  log.info(`Running ${command}`);
  const lines = { stdout: splitLines(text => log.quote(text)), stderr: splitLines(text => log.quote(text)) };
  const { status, signal: name } = await runInGroup({
    file: 'sh',
    args: ['-c', command],
    cwd: workspace,
    env: variables,
    signal,
    onText: (text, to) => lines[to].push(text),
  });
  for (const rest of Object.values(lines)) rest.end();
  const how = name ? `was ended by ${name}` : `ended with exit status ${status}`;
  return { succeeded: status === 0, how, notFound: status === 127 };
}
