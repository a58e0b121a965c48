import { GateError } from '../core/errors.ts';
import { found } from '../core/finding.ts';
import { cancelled } from '../core/gate-findings.ts';

/**
 * The runner sends SIGINT on cancellation and on a time-out, SIGTERM 7.5 s later, and kills 2.5 s after that
 * (actions/runner ProcessInvoker.cs). What is left of the work must be given up early enough to write the outputs.
 */
const grace = 3000;

export interface Cancellation {
  signal: AbortSignal;
  /** Rejects when the work goes on for too long after it was told to stop. */
  overdue: Promise<never>;
}

export function listenForCancellation(): Cancellation {
  const controller = new AbortController();
  const { promise: overdue, reject } = Promise.withResolvers<never>();
  overdue.catch(() => {}); // only of interest to who races with it
  const stop = (name: string) => {
    if (controller.signal.aborted) return;
    const reason = new GateError([
      found(cancelled, { message: `The run was cancelled (${name}) while this gate was at work.` }),
    ]);
    controller.abort(reason);
    setTimeout(() => reject(reason), grace); // also keeps a process alive that waits for nothing else
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
  return { signal: controller.signal, overdue };
}
