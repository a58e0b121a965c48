import { connectSse, StreamRefused } from '../../../clients/sse.ts';
import type { SseStep } from '../../../config/schema/smoke/websocket.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { asCurl } from '../command-line.ts';
import { failed } from '../failure.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';
import { awaitMessages, findingsOfLatency } from './messages.ts';
import { awaitedOf } from './websocket.ts';

export const noStream: FindingKind = {
  code: 'smoke/no-stream',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service did not answer with a stream of events, so no client can have live updates.',
  cause: 'A wrong path, a token that is not accepted, or a proxy that collects the answer before it passes it on.',
  help: "Look at the service's log for the request, and at whether each proxy passes text/event-stream on unbuffered.",
};

/** Opens the stream, waits for what must arrive, captures from it, and closes it, unless the flow goes on with it. */
export async function runSseStep(declared: SseStep, step: Step, visit: Visit): Promise<Outcome> {
  const url = visit.addressOf(step, declared.sse);
  const about = visit.about(step, url);
  const headers = visit.headersFor(step, url);
  const started = performance.now();
  visit.asks(() => asCurl({ method: 'GET', url: url.href, headers: { accept: 'text/event-stream', ...headers } }));
  try {
    const signal = visit.run.context.signal; // the connection may outlive its step
    const connection = await connectSse({ url: url.href, headers, timeout: declared.timeout, signal });
    if (declared.as !== undefined) await visit.connections.keep(declared.as, connection);
    try {
      const isOnlyOpened = [declared.expect, declared['expect-all'], declared['expect-none']].every(
        key => key === undefined,
      );
      if (!isOnlyOpened)
        return await awaitMessages(connection, awaitedOf(declared, visit.scope, started), visit, about);
      const opened = performance.now() - started;
      return concludeFrom(findingsOfLatency(opened, declared.within, about), `open in ${formatDuration(opened)}`);
    } finally {
      if (declared.as === undefined) await connection.close();
    }
  } catch (error) {
    if (!(error instanceof StreamRefused)) throw error;
    return failed([found(noStream, { message: `${about.target}: ${error.message}.`, ...about.where })], error.message);
  }
}
