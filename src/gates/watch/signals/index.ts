import type { ProbeSignal } from '../../../config/schema/watch/probe.ts';
import type { DeclaredSignal } from '../../../config/schema/watch.ts';
import type { Observer } from '../signal.ts';
import type { Declared } from '../watched.ts';

/** Observes as a declaration says, except for probes, which need their target; each kind is only loaded where it is used. */
export async function createObserver(
  signal: Exclude<DeclaredSignal, ProbeSignal>,
  declared: Declared,
): Promise<Observer> {
  if ('get' in signal) return (await import('./http.ts')).createHttpSignal(signal, declared);
  if ('metrics' in signal) return (await import('./metrics.ts')).createMetricsSignal(signal, declared);
  if ('prometheus' in signal) return (await import('./prometheus.ts')).createPrometheusSignal(signal, declared);
  if ('sql' in signal) return (await import('./sql.ts')).createSqlSignal(signal, declared);
  if ('queue' in signal) return (await import('./queue.ts')).createQueueSignal(signal, declared);
  return (await import('./sentry.ts')).createSentrySignal(signal, declared);
}
