import { makeChildEnvironment } from '../../../clients/child-environment.ts';
import { runInGroup, splitLines } from '../../../clients/process-group.ts';
import type { GateContext, Variables } from '../../../core/context.ts';

export interface CommandResult {
  succeeded: boolean;
  /** The end of a sentence that begins with the command: `ended with exit status 1`. */
  how: string;
  /** Whether the shell did not find the program. */
  notFound: boolean;
}

export interface MigrationCommand {
  /** For `sh`. */
  text: string;
  /** What the configuration gives it. */
  env: Variables;
}

/** Runs a command by `sh` in the root of the repository and logs its output, until the command or the run ends. */
export async function runCommand(
  { text: command, env }: MigrationCommand,
  context: GateContext,
): Promise<CommandResult> {
  const { workspace, log, signal } = context;
  log.info(`Running ${command}`);
  const lines = { stdout: splitLines(text => log.quote(text)), stderr: splitLines(text => log.quote(text)) };
  const { status, signal: name } = await runInGroup({
    file: 'sh',
    args: ['-c', command],
    cwd: workspace,
    env: makeChildEnvironment(context, env, command),
    signal,
    onText: (text, to) => lines[to].push(text),
  });
  for (const rest of Object.values(lines)) rest.end();
  const how = name ? `was ended by ${name}` : `ended with exit status ${status}`;
  return { succeeded: status === 0, how, notFound: status === 127 };
}
