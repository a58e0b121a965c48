import type { Check, Outcome } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { formatDuration } from '../../core/duration.ts';
import { explainError, GateError } from '../../core/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import { badBefore, reportOnly, tooLittle } from './findings.ts';
import type { Judgement } from './judgement.ts';
import type { Signal } from './signal.ts';

export interface Watching {
  /** The probability of a false alarm for each claim. */
  alpha: number;
  /** No good result ends the watch of a signal before so many milliseconds. */
  atLeast: number;
  /** Aborted once another signal has failed: there is nothing left to find out. */
  decided: AbortSignal;
}

/** After so many failed looks in a row a source counts as unusable. */
const mostMisses = 5;

/** Observes a signal until its result is clear or its time is over. */
export function watchSignal(signal: Signal, watching: Watching, context: GateContext): Check {
  return {
    name: signal.name,
    boundary: signal.boundary,
    deadline: Number.POSITIVE_INFINITY,
    run: async abort => {
      try {
        const judgement = await observe(signal, watching, context, AbortSignal.any([abort, watching.decided]));
        abort.throwIfAborted();
        return conclude(signal, judgement, watching.decided.aborted);
      } finally {
        signal.close?.();
      }
    },
  };
}

async function observe(
  signal: Signal,
  { alpha, atLeast }: Watching,
  { clock, log }: GateContext,
  stop: AbortSignal,
): Promise<Judgement> {
  const startedAt = clock.now();
  let misses = 0;
  let looks = 0;
  let told = '';
  for (;;) {
    const lookAt = clock.now();
    try {
      await signal.observe(stop);
      misses = 0;
      looks++;
    } catch (error) {
      if (stop.aborted) return signal.judge(alpha);
      const isLast = clock.now() - startedAt + signal.interval > signal.for;
      if (!(error instanceof GateError) || ++misses >= mostMisses || (isLast && looks === 0)) throw error;
      log.debug(`${signal.name}: ${explainError(error)}`);
    }
    const judgement = signal.judge(alpha);
    if (judgement.state !== 'open' && judgement.state !== told) log.info(`${signal.name}: ${judgement.sentence}.`);
    told = judgement.state;
    const now = clock.now();
    const elapsed = now - startedAt;
    const isOver = elapsed + signal.interval > signal.for;
    const isClear = judgement.state === 'bad' || (judgement.state === 'good' && elapsed >= atLeast);
    if (isOver || isClear) return judgement;
    try {
      await clock.sleep(Math.max(0, lookAt + signal.interval - now), stop);
    } catch {
      return judgement; // the run was cancelled, or another signal has decided
    }
  }
}

function conclude(signal: Signal, judgement: Judgement, wasStopped: boolean): Outcome {
  const { state, sentence, kind, missing, wasBad } = judgement;
  const { name, place, boundary } = signal;
  const message = `${name}: ${sentence}.`;
  const about = { message, place, boundary };
  if (state === 'bad' && kind) {
    if (!signal.reportOnly) return { verdict: 'failed', findings: [found(kind, about)], detail: sentence };
    return { verdict: 'passed', findings: [found(reportOnly, about)], detail: sentence };
  }
  const warnings: Finding[] = wasBad ? [found(badBefore, about)] : [];
  if (state === 'open' && wasStopped)
    return { verdict: 'inconclusive', findings: warnings, detail: `${sentence}; stopped` };
  if (state === 'open' && missing !== undefined) {
    const detail = `${sentence}; ${missing} needed`;
    const short = `${name}: ${sentence}. After ${formatDuration(signal.for)}, ${missing} would have been needed.`;
    if (signal.reportOnly)
      return { verdict: 'passed', findings: [found(reportOnly, { ...about, message: short })], detail };
    return {
      verdict: 'inconclusive',
      findings: [...warnings, found(tooLittle, { ...about, message: short, severity: 'warning' })],
      detail,
    };
  }
  return { verdict: 'passed', findings: warnings, detail: sentence };
}
