import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { hasCode } from './errors.ts';

/** Milliseconds; the defaults are the hosted runner's. Tests shorten them. */
export interface Timing {
  /** Length of the minute of `timeout-minutes`. Default: 60,000. */
  minute: number;
  /** From SIGINT to SIGTERM. Default: 7,500 (actions/runner, ProcessInvoker.cs). */
  interrupt: number;
  /** From SIGTERM to SIGKILL of the process and what it started. Default: 2,500. */
  terminate: number;
  /** How long streams may stay open after the process has gone. Default: 5,000. */
  streams: number;
  /** How long steps that outlive a cancellation may run on. Default: 300,000. */
  window: number;
}

export const HOSTED_TIMING: Timing = {
  minute: 60_000,
  interrupt: 7_500,
  terminate: 2_500,
  streams: 5_000,
  window: 300_000,
};

export interface ProcessRequest {
  file: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  timing: Timing;
  signal: AbortSignal;
  onLine: (line: string) => void;
  /** Called with the id of the process group, which may outlive the process. */
  onStart: (group: number) => void;
}

export interface ProcessResult {
  /** 128 plus the signal's number when a signal ended it. */
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a process to its end, interrupting it when `signal` aborts. Throws when it cannot be started. */
export async function runProcess(request: ProcessRequest): Promise<ProcessResult> {
  // Its own process group, so that what it leaves behind can be found and so that a terminal's Ctrl-C reaches only us.
  const child = spawn(request.file, request.args, {
    cwd: request.cwd,
    env: request.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  if (child.pid !== undefined) request.onStart(child.pid);
  const stdout = readLines(child.stdout, request.onLine);
  const stderr = readLines(child.stderr, request.onLine);
  const stopWatching = interruptOn(request.signal, child, request.timing);
  try {
    const exitCode = await exitOf(child, request.timing.streams);
    return { exitCode, stdout: stdout.end(), stderr: stderr.end() };
  } finally {
    stopWatching();
  }
}

/** Ends a whole process group at once. True when there was still something of it. */
export function killGroup(group: number): boolean {
  try {
    return process.kill(-group, 'SIGKILL');
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return false;
    throw error;
  }
}

/** SIGINT and SIGTERM reach only the process itself, which must pass them on to its children. */
function interruptOn(signal: AbortSignal, child: ChildProcess, timing: Timing): () => void {
  const timers: NodeJS.Timeout[] = [];
  const interrupt = () => {
    child.kill('SIGINT');
    timers.push(setTimeout(() => child.kill('SIGTERM'), timing.interrupt));
    timers.push(setTimeout(() => child.pid !== undefined && killGroup(child.pid), timing.interrupt + timing.terminate));
  };
  if (signal.aborted) interrupt();
  else signal.addEventListener('abort', interrupt, { once: true });
  return () => {
    signal.removeEventListener('abort', interrupt);
    for (const timer of timers) clearTimeout(timer);
  };
}

/** Waits for the process, then a while for streams that something it started still holds open. */
function exitOf(child: ChildProcess, streamsGrace: number): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
      const giveUp = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, streamsGrace);
      child.once('close', () => {
        clearTimeout(giveUp);
        resolve(exitCode);
      });
    });
  });
}

/** Splits a stream at LF, CR and CRLF, as .NET's reader does. */
function readLines(stream: Readable, onLine: (line: string) => void): { end(): string } {
  const decoder = new StringDecoder('utf8');
  let text = '';
  let pending = '';
  const take = (chunk: string) => {
    text += chunk;
    // A CR at the very end waits: its LF may be in the next chunk.
    const lines = (pending + chunk).split(/\r\n|\n|\r(?!$)/);
    pending = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
  stream.on('data', (bytes: Buffer) => take(decoder.write(bytes)));
  return {
    end: () => {
      take(decoder.end());
      if (pending !== '') onLine(pending.replace(/\r$/, ''));
      return text;
    },
  };
}
