import type { GateContext } from '../core/context.ts';
import { explainError } from '../core/errors.ts';
import type { Finding } from '../core/finding.ts';
import { toOneLine } from '../core/one-line.ts';
import type { Progress } from './platform.ts';

/** Shows the log lines that say why a deployment has failed; the finding comes back with the last of them. */
export async function showLastLines(
  problem: Finding,
  id: string,
  read: () => Promise<string[]>,
  { context, signal, progress }: { context: GateContext; signal: AbortSignal; progress: Progress },
): Promise<Finding> {
  try {
    const lines = await read();
    if (lines.length === 0) return problem;
    progress.say(`The log of ${id}:`);
    progress.quote(lines.join('\n'));
    const line = lines.findLast(text => text.trim() !== '');
    if (line === undefined) return problem;
    return { ...problem, message: `${problem.message} Its last log line: ${toOneLine(line, context.redactor)}` };
  } catch (error) {
    signal.throwIfAborted();
    progress.say(`The log of ${id} could not be read: ${explainError(error)}`);
    return problem;
  }
}
