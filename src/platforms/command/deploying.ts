import { explainEnvironment, makeChildEnvironment } from '../../clients/child-environment.ts';
import type { CommandService } from '../../config/schema/services.ts';
import { replaceVariables, unescapeValue } from '../../config/variables.ts';
import type { GateContext, Variables } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import type { ChangeContext } from '../deploying.ts';
import { notLive } from '../findings.ts';
import type { Change, Live } from '../platform.ts';
import { pollUntil } from '../polling.ts';
import { runQuoted } from '../program.ts';
import { commandFailed } from './findings.ts';
import { readLive, readLiveSurely, silent } from './live.ts';

export interface CommandChange {
  /** The shell command. */
  command: string;
  /** The version that the service must tell afterwards. */
  version: string;
  /** What the command gets to know about the release. */
  env: Record<string, string>;
}

/** What serves, and what kept the gate from knowing it. */
interface Seen {
  live: Live;
  findings: Finding[];
}

/** Milliseconds between two requests for the version. */
function choosePause(elapsed: number): number {
  return elapsed < 5000 ? 250 : 1000;
}

/** Runs a command that changes the service, and waits until the service tells the version. */
export async function runCommand(
  service: CommandService,
  { command, version, env }: CommandChange,
  { context, signal, progress, timeout }: ChangeContext & { timeout: number },
): Promise<Change> {
  const { clock, workspace, redactor } = context;
  const { within, url } = service;
  progress.touched();
  const { status, summary } = await runQuoted(
    'The command',
    {
      file: 'bash',
      args: ['-e', '-o', 'pipefail', '-c', command],
      cwd: workspace,
      env: makeChildEnvironment(context, { RELEASE_URL: url, ...readEnv(service, context), ...env }, command),
      signal,
    },
    { progress, redactor },
  );
  if (status !== 0) {
    const { live, findings } = await look(readLiveSurely(service, { timeout, signal, clock }), signal);
    const help = `${commandFailed.help} ${explainEnvironment('command')}`;
    return { verdict: 'failed', live, findings: [found(commandFailed, { message: summary, help }), ...findings] };
  }
  const { live, findings } = await pollUntil(
    { clock, signal, deadline: within, pause: choosePause },
    () => look(readLive(service, { timeout, signal }), signal),
    seen => serves(seen.live, version),
  );
  if (serves(live, version)) return { verdict: 'passed', live, findings: [] };
  if (findings.length > 0) return { verdict: 'failed', live, findings };
  const serving = live.deployment?.id ?? 'nothing';
  const message = `The command succeeded, but ${new URL(service.live.get, url).href} tells ${serving}, not ${version}.`;
  return { verdict: 'failed', live, findings: [found(notLive, { message })] };
}

/** What `env` gives the commands. Throws a GateError for a variable that is unset. */
export function readEnv({ env }: CommandService, context: GateContext): Variables {
  return unescapeValue(replaceVariables(context, env));
}

export function serves({ deployment, down }: Live, version: string): boolean {
  return !down && deployment?.id === version;
}

/** A service that does not tell its version in the middle of a change must not hide what became of the change. */
async function look(asked: Promise<Live>, signal: AbortSignal): Promise<Seen> {
  try {
    return { live: await asked, findings: [] };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof GateError)) throw error;
    return { live: silent, findings: error.findings };
  }
}
