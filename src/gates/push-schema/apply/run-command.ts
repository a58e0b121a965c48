import { runInGroup, splitLines } from '../../../clients/process-group.ts';
import type { GateContext } from '../../../core/context.ts';

export interface CommandResult {
  succeeded: boolean;
  /** The end of a sentence that begins with the command: `ended with exit status 1`. */
  how: string;
  /** Whether the shell did not find the program. */
  notFound: boolean;
}

/** Runs a command by `sh` in the root of the repository and logs its output, until the command or the run ends. */
export async function runCommand(command: string, context: GateContext): Promise<CommandResult> {
  const { variables, workspace, log, signal } = context;
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
