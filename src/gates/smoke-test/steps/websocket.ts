import { connectWebsocket, UpgradeRefused, type WebsocketConnection } from '../../../clients/websocket.ts';
import type { WebsocketStep } from '../../../config/schema/smoke/steps/websocket.ts';
import { concludeFrom, type Outcome, passed } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { checkLatency } from '../../../expectations/latency.ts';
import { formatWscat } from '../command-line.ts';
import { failed } from '../failure.ts';
import { awaitMessages } from '../messages/await-messages.ts';
import { formatMessages, onlyOpens, resolveAwaited } from '../messages/awaited.ts';
import type { Connection } from '../messages/connections.ts';
import type { Step } from '../plan/model.ts';
import type { StepAbout, Visit } from '../visit.ts';

export const websocketRefused: FindingKind = {
  code: 'smoke/websocket-refused',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service refused the WebSocket, so no client gets live updates.',
  cause:
    'The path is wrong, the token is not accepted (401, 403), or a proxy does not pass the upgrade on (200, 400, 426, 502).',
  help: "Read the service's log for the upgrade request, and check that each proxy in front of it passes upgrades on.",
};

export const websocketAccepted: FindingKind = {
  code: 'smoke/websocket-accepted',
  severity: 'error',
  boundary: 'identity',
  meaning: 'The service opened a WebSocket that it must refuse.',
  cause: 'The service no longer checks the token or the origin of the upgrade request.',
  help: 'Refuse the upgrade request itself. Once the socket is open, the client can receive data.',
};

export const wrongSubprotocol: FindingKind = {
  code: 'smoke/wrong-subprotocol',
  severity: 'error',
  boundary: 'delivery',
  meaning:
    'The server accepted none of the subprotocols that the client offers, so the client cannot use the WebSocket.',
  cause: 'The service does not support the subprotocol, or a proxy drops the Sec-WebSocket-Protocol header.',
  help: 'Compare the offered subprotocols with those that the service names in its answer.',
};

/** Connects, sends, waits for what must arrive, captures from it, and closes, unless a later step uses the connection. */
export async function run(step: Step<WebsocketStep>, visit: Visit): Promise<Outcome> {
  const { scope } = visit;
  const { declared } = step;
  const url = visit.resolveAddress(step, declared.websocket);
  const about = visit.describe(step, url);
  const protocols = declared.protocols?.map(name => scope.resolveText(name));
  const request = {
    url: url.href,
    headers: visit.makeHeaders(step, url),
    ...(protocols && { protocols }),
    timeout: declared.timeout,
    signal: visit.run.context.signal, // the connection may outlive its step
  };
  const messages = formatMessages(scope.resolve(declared.send));
  visit.showCommand(() => formatWscat({ ...request, messages }));
  const started = performance.now();
  const connection = await connect(request, declared, about);
  if ('verdict' in connection) return connection;
  let kept = false;
  try {
    const opened = performance.now() - started;
    if (declared.as !== undefined) {
      await visit.connections.keep(declared.as, wrap(connection));
      kept = true;
    }
    const awaited = resolveAwaited(declared, scope, started);
    for (const message of messages) connection.send(message);
    if (onlyOpens(declared)) {
      return concludeFrom(checkLatency(opened, declared.within, about), `open in ${formatDuration(opened)}`);
    }
    return await awaitMessages(connection, awaited, visit, about);
  } finally {
    if (!kept) await connection.close();
  }
}

async function connect(
  request: Parameters<typeof connectWebsocket>[0],
  { refused }: WebsocketStep,
  about: StepAbout,
): Promise<WebsocketConnection | Outcome> {
  try {
    const connection = await connectWebsocket(request);
    if (refused === undefined) return connection;
    await connection.close();
    const message = `${about.target}: the WebSocket opened, expected the service to refuse it with ${refused}.`;
    return failed(
      [found(websocketAccepted, { message, ...about.where, boundary: websocketAccepted.boundary })],
      'opened',
    );
  } catch (error) {
    if (!(error instanceof UpgradeRefused)) throw error;
    if (refused === undefined && error.status === undefined && request.protocols) {
      // WHATWG WebSockets, section 2.2: the connection fails unless the server accepts an offered subprotocol.
      const message = `${about.target}: the server accepted none of the subprotocols ${request.protocols.join(', ')}, or broke the handshake.`;
      return failed([found(wrongSubprotocol, { message, ...about.where })], error.message);
    }
    if (refused !== undefined && error.status === refused) return passed(`refused with ${refused}`);
    const message = `${about.target}: ${error.message}, expected ${refused ?? '101 and a WebSocket'}.`;
    return failed([found(websocketRefused, { message, ...about.where })], error.message);
  }
}

function wrap(connection: WebsocketConnection): Connection {
  return {
    next: signal => connection.next(signal),
    send: text => connection.send(text),
    close: () => connection.close(),
  };
}
