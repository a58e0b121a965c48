import { connectSse, StreamRefused } from '../../../clients/sse.ts';
import type { SseStep } from '../../../config/schema/smoke/steps/sse.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { checkLatency } from '../../../expectations/latency.ts';
import { formatCurl } from '../command-line.ts';
import { failed } from '../failure.ts';
import { awaitMessages } from '../messages/await-messages.ts';
import { onlyOpens, resolveAwaited } from '../messages/awaited.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';

export const noEventStream: FindingKind = {
  code: 'smoke/no-event-stream',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service did not answer with a stream of events, so no client gets live updates.',
  cause: 'The path is wrong, the token is not accepted, or a proxy buffers the whole answer before it passes it on.',
  help: "Read the service's log for the request, and check that each proxy passes text/event-stream on unbuffered.",
};

/** Opens the stream, waits for what must arrive, captures from it, and closes it, unless a later step uses it. */
export async function run(step: Step<SseStep>, visit: Visit): Promise<Outcome> {
  const { declared } = step;
  const url = visit.resolveAddress(step, declared.sse);
  const about = visit.describe(step, url);
  const headers = visit.makeHeaders(step, url);
  const started = performance.now();
  visit.showCommand(() =>
    formatCurl({ method: 'GET', url: url.href, headers: { accept: 'text/event-stream', ...headers } }),
  );
  try {
    const signal = visit.run.context.signal; // the connection may outlive its step
    const connection = await connectSse({ url: url.href, headers, timeout: declared.timeout, signal });
    if (declared.as !== undefined) await visit.connections.keep(declared.as, connection);
    try {
      if (!onlyOpens(declared)) {
        return await awaitMessages(connection, resolveAwaited(declared, visit.scope, started), visit, about);
      }
      const opened = performance.now() - started;
      return concludeFrom(checkLatency(opened, declared.within, about), `open in ${formatDuration(opened)}`);
    } finally {
      if (declared.as === undefined) await connection.close();
    }
  } catch (error) {
    if (!(error instanceof StreamRefused)) throw error;
    return failed(
      [found(noEventStream, { message: `${about.target}: ${error.message}.`, ...about.where })],
      error.message,
    );
  }
}
