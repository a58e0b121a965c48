import { startDeadline } from '../../clients/deadline.ts';
import { stripQuery } from '../../clients/http.ts';
import { connectionLost, NetworkError, timedOut } from '../../clients/network-error.ts';
import { connectWebsocket, UpgradeRefused, type WebsocketConnection } from '../../clients/websocket.ts';
import type { WebsocketProbe } from '../../config/schema/probe/websocket.ts';
import { formatDuration } from '../../core/duration.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { parseJson } from '../../core/parse-json.ts';
import { pluralize } from '../../core/plural.ts';
import { findDifferences } from '../../expectations/differences.ts';
import { loadPathsOf } from '../../expectations/json-paths.ts';
import { convertNetworkError, makeAttempt, type Prober, type Where } from '../attempt.ts';
import { checkLatency } from './slow.ts';

export const noUpgrade: FindingKind = {
  code: 'probe/no-websocket-upgrade',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The path answers without upgrading to a WebSocket, so live connections of users fail.',
  cause: 'A proxy or CDN does not forward the upgrade, the path is wrong, or the handshake lacks authorization.',
  help: "Compare the service's own answer with the answer through the proxy, and check the path and the authorization.",
};

/** What to do about the status that came in place of a WebSocket. */
export function adviseOnRefusal(status: number | undefined): string {
  if (status === 401) return 'Send a valid token (`bearer` or `headers`), and check that it has not expired.';
  if (status === 403)
    return "Send the header `Origin` of your site, and check that the service's list of origins (such as CORS_ORIGIN) has it and that the token may connect. If the service did not answer, exclude the path from the firewall or proxy in front of it.";
  if (status === 404) return 'Correct the path, or check that the release serves WebSockets on it.';
  if (status === 429) return 'Raise the limit of connections for the probe, or set `interval` on it.';
  if (status === 400 || status === 426)
    return 'Let the proxy in front of the service forward `Upgrade` and `Connection`, and use HTTP/1.1 to the service.';
  if (status !== undefined && status < 300)
    return 'Check that the path leads to the WebSocket server, and that no CDN caches or answers it.';
  return noUpgrade.help;
}

export function probeWebsocket(probe: WebsocketProbe, where: Where): Prober {
  const target = `WebSocket ${stripQuery(probe.websocket)}`;
  const { headers, bearer, timeout } = probe;
  const all = { ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }), ...headers };
  return async ({ signal }) => {
    const started = performance.now();
    try {
      const connection = await connectWebsocket({ url: probe.websocket, headers: all, timeout, signal });
      try {
        await converse(connection, probe, target, signal);
      } finally {
        await connection.close();
      }
      const took = performance.now() - started;
      const detail = `open in ${formatDuration(took)}`;
      return makeAttempt(checkLatency(target, took, probe.within, where), {
        word: 'open',
        detail,
        took,
        isolated: true,
      });
    } catch (error) {
      if (!(error instanceof UpgradeRefused)) return convertNetworkError(error, target, where);
      const message = `${error.message}, expected a WebSocket.`;
      const help = adviseOnRefusal(error.status);
      return makeAttempt([found(noUpgrade, { message, help, ...where })], {
        word: `${error.status ?? 'no WebSocket'}`,
      });
    }
  };
}

/** Sends, then waits for the expected message; others may come before it. */
async function converse(connection: WebsocketConnection, probe: WebsocketProbe, target: string, signal: AbortSignal) {
  const { send, expect, timeout } = probe;
  if (send !== undefined) connection.send(typeof send === 'string' ? send : JSON.stringify(send));
  if (expect === undefined) return;
  await loadPathsOf(expect);
  const deadline = startDeadline(timeout, signal);
  let others = 0;
  try {
    for (;;) {
      const arrival = await connection.next(deadline.signal);
      if (arrival.type === 'closed')
        throw new NetworkError(connectionLost, `${target} was closed (${arrival.code}) before the expected message`);
      if (arrival.type === 'dropped') {
        others += arrival.count;
        continue;
      }
      const value = parseJson(arrival.text)?.value ?? arrival.text;
      if (findDifferences(expect, value).length === 0 || expect === arrival.text) return;
      others++;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!deadline.passed) throw error;
    const message = `${target} did not send the expected message within ${timeout} ms, but ${pluralize(others, 'other')}`;
    throw new NetworkError(timedOut, message, { heard: true });
  } finally {
    deadline.clear();
  }
}
