import { GateError } from '../core/errors.ts';
import { found } from '../core/finding.ts';
import { cancelled } from '../core/gate-findings.ts';
import { getEarlySignal } from './begin.ts';

/**
 * The runner sends SIGINT on cancellation or timeout, SIGTERM 7.5 s later, and kills the process 2.5 s after that
 * (actions/runner ProcessInvoker.cs). The gate must stop early enough to write its outputs; milliseconds.
 */
const grace = 3000;

export interface Cancellation {
  signal: AbortSignal;
  /** Rejects when the work does not stop soon after the cancellation. */
  overdue: Promise<never>;
}

export function listenForCancellation(): Cancellation {
  const controller = new AbortController();
  const { promise: overdue, reject } = Promise.withResolvers<never>();
  overdue.catch(() => {}); // without this, a rejection that nobody awaits would end the process
  const stop = (name: string) => {
    if (controller.signal.aborted) return;
    const reason = new GateError([
      found(cancelled, { message: `The run was cancelled (${name}) while this gate was running.` }),
    ]);
    controller.abort(reason);
    setTimeout(() => reject(reason), grace); // also keeps the process alive until then
  };
  const early = getEarlySignal();
  if (early) stop(early);
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
  return { signal: controller.signal, overdue };
}
