import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { getErrorCode } from '../../src/core/errors.ts';

export interface ProcessOptions {
  cwd?: string;
  /**
   * The whole environment of the process; nothing is inherited unless it is in here. Defaults to this process's own.
   */
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  /** The process is ready once what it has printed, on either stream, matches. Without it, it is ready once started. */
  readyWhen?: RegExp;
  /** How long it may take to get ready, in milliseconds. Default 20 000. */
  readyWithin?: number;
  /**
   * The signal that asks it to stop. Default SIGTERM. A command that handles neither ignores SIGINT and SIGQUIT, as
   * every background command of a shell does.
   */
  stopSignal?: NodeJS.Signals;
  /** How long it may take to stop before it and its children are killed, in milliseconds. Default 5 000. */
  stopWithin?: number;
}

export interface RunningProcess {
  /** Everything printed so far, both streams. */
  output(): string;
  /** The exit status; 128 plus the signal's number when a signal ended it. */
  readonly exited: Promise<number>;
  /** Asks the process to stop, waits, and kills its whole group if it will not. Harmless when it has ended already. */
  stop(): Promise<void>;
}

export class ProcessEndedEarly extends Error {
  readonly status: number;

  constructor(command: string, status: number, output: string) {
    super(`${command} ended with status ${status} before it was ready:\n${output.slice(-2_000)}`);
    this.name = 'ProcessEndedEarly';
    this.status = status;
  }
}

/** The shell's status for a command that is not there. */
export const COMMAND_NOT_FOUND = 127;

/**
 * Runs the command, and stops it when standard input closes. The kernel closes it when the parent dies in any way,
 * SIGKILL included, so an interrupted test leaves nothing running.
 */
const GUARD = `
signal=$1; shift
exec 3<&0
"$@" 3<&- </dev/null & command=$!
( read -r _ <&3; kill -s "$signal" "$command" ) >/dev/null 2>&1 & watcher=$!
exec 3<&-
wait "$command"; status=$?
kill "$watcher" 2>/dev/null
exit "$status"
`;

/**
 * Starts a command in a process group of its own and waits until it is ready.
 *
 * @throws ProcessEndedEarly when it ends first; an Error with its output when it takes longer than `readyWithin`; the
 * system's error when it cannot be started at all.
 */
export async function startProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<RunningProcess> {
  const stopSignal = (options.stopSignal ?? 'SIGTERM').replace(/^SIG/, '');
  const child = spawn('/bin/sh', ['-c', GUARD, 'guard', stopSignal, command, ...args], {
    cwd: options.cwd,
    env: options.env ?? process.env,
    uid: options.uid,
    gid: options.gid,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });

  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      printed += text;
    });
  }
  const exited = new Promise<number>(resolve => {
    child.once('close', (status, signal) => resolve(status ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
  // Rejects when there is nothing to start: a folder that does not exist, a user one may not become.
  await once(child, 'spawn');

  const running: RunningProcess = {
    output: () => printed,
    exited,
    stop: () => stop(child, exited, options.stopWithin ?? 5_000),
  };
  try {
    await ready(child, running, command, options);
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

async function ready(child: ChildProcess, running: RunningProcess, command: string, options: ProcessOptions) {
  const { readyWhen, readyWithin = 20_000 } = options;
  if (readyWhen === undefined) return;

  const settled = new AbortController();
  const printedReady = new Promise<void>(resolve => {
    const look = () => readyWhen.test(running.output()) && resolve();
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
  });
  const ended = running.exited.then(status => {
    throw new ProcessEndedEarly(command, status, running.output());
  });
  const late = delay(readyWithin, undefined, { signal: settled.signal }).then(() => {
    throw new Error(`${command} was not ready within ${readyWithin} ms:\n${running.output().slice(-2_000)}`);
  });
  try {
    await Promise.race([printedReady, ended, late]);
  } finally {
    // The losers of the race still settle; their outcome no longer matters to anyone.
    ended.catch(() => undefined);
    late.catch(() => undefined);
    settled.abort();
  }
}

async function stop(child: ChildProcess, exited: Promise<number>, within: number): Promise<void> {
  child.stdin?.end();
  const patience = new AbortController();
  const late = delay(within, 'late' as const, { signal: patience.signal }).catch(() => 'stopped' as const);
  const outcome = await Promise.race([exited, late]);
  patience.abort();
  if (outcome === 'late') killGroup(child.pid);
  await exited;
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if (getErrorCode(error) !== 'ESRCH') throw error; // it has ended by itself meanwhile
  }
}
