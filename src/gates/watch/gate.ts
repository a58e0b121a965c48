import { passed } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { formatDuration } from '../../core/duration.ts';
import { pluralize } from '../../core/plural.ts';
import { combineVerdicts, type GateReport } from '../../core/report.ts';
import { runChecks } from '../../core/run-checks.ts';
import type { Signal } from './signal.ts';
import { watchSignal } from './watch-signal.ts';

export interface WatchOptions {
  signals: Signal[];
  /** The probability that a release that changed nothing fails, over all signals together. */
  alpha: number;
  /** Milliseconds for which a good result does not end the watch. */
  atLeast: number;
}

/** What a watch would observe; every signal was planned, and none was asked. */
export function listSignals(signals: Signal[], context: GateContext): GateReport {
  const now = context.clock.now();
  for (const { name, for: longest } of signals) context.log.info(`${name}: watched for ${formatDuration(longest)}.`);
  return {
    gate: 'watch',
    verdict: 'passed',
    headline: `Dry run: ${pluralize(signals.length, 'signal')} can be watched.`,
    checks: signals.map(({ name, boundary }) => ({
      ...passed('planned'),
      name,
      boundary,
      startedAt: now,
      finishedAt: now,
    })),
    outputs: {},
    isDryRun: true,
    startedAt: now,
    finishedAt: now,
  };
}

/** Watches all signals side by side. The first that is clearly bad ends the watch. */
export async function watch({ signals, alpha, atLeast }: WatchOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const claims = signals.reduce((sum, signal) => sum + (signal.reportOnly ? 0 : signal.claims), 0);
  const decided = new AbortController();
  const watching = { alpha: alpha / Math.max(1, claims), atLeast, decided: decided.signal };
  context.log.info(`Watching ${pluralize(signals.length, 'signal')}: ${signals.map(({ name }) => name).join(', ')}.`);
  const checks = await runChecks(
    signals.map(signal => watchSignal(signal, watching, context)),
    {
      ...context,
      concurrency: signals.length,
      onResult: result => {
        context.onResult(result);
        if (result.verdict === 'failed') decided.abort(new Error('another signal has failed'));
      },
    },
  );
  const finishedAt = context.clock.now();
  const verdict = combineVerdicts(checks);
  const worst = checks.find(check => check.verdict === verdict);
  const took = formatDuration(finishedAt - startedAt);
  const headline =
    verdict === 'passed'
      ? `${pluralize(signals.length, 'signal')} watched for ${took}: nothing got worse.`
      : `After ${took}: ${worst?.name}: ${worst?.detail ?? worst?.findings[0]?.message ?? verdict}`;
  return {
    gate: 'watch',
    verdict,
    headline: headline.endsWith('.') ? headline : `${headline}.`,
    checks,
    outputs: {},
    plots: signals.flatMap(signal => signal.plot() ?? []),
    startedAt,
    finishedAt,
  };
}
