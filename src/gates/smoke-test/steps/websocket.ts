import { connectWebsocket, UpgradeRefused, type WebsocketConnection } from '../../../clients/websocket.ts';
import type { ListenStep, WebsocketStep } from '../../../config/schema/smoke/websocket.ts';
import { concludeFrom, type Outcome, passed } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { asWscat } from '../command-line.ts';
import { failed } from '../failure.ts';
import type { Step } from '../plan/model.ts';
import type { Scope } from '../scope.ts';
import type { StepAbout, Visit } from '../visit.ts';
import { type Awaited, awaitMessages, findingsOfLatency } from './messages.ts';

export const websocketRefused: FindingKind = {
  code: 'smoke/websocket-refused',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service did not agree to a WebSocket, so no client can have live updates.',
  cause:
    'A wrong path, a token that is not accepted (401, 403), or a proxy that does not pass the upgrade on (200, 400, 426, 502).',
  help: "Look at the service's log for the upgrade request, and at whether each proxy before it lets upgrades through.",
};

export const websocketAccepted: FindingKind = {
  code: 'smoke/websocket-accepted',
  severity: 'error',
  boundary: 'identity',
  meaning: 'The service opened a WebSocket that it must refuse.',
  cause: 'The token or the origin of the upgrade request is not looked at any more.',
  help: 'Refuse the upgrade before it happens; a socket that is open already has told the client too much.',
};

export const wrongSubprotocol: FindingKind = {
  code: 'smoke/wrong-subprotocol',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The WebSocket opened without the subprotocol that the client needs to talk over it.',
  cause: 'The service does not know the subprotocol, or a proxy drops the Sec-WebSocket-Protocol header.',
  help: 'Compare the subprotocols that are offered with those that the service names in its answer.',
};

/** Connects, sends, waits for what must arrive, captures from it, and closes, unless the flow goes on with it. */
export async function runWebsocketStep(declared: WebsocketStep, step: Step, visit: Visit): Promise<Outcome> {
  const { scope, context } = visit;
  const url = visit.addressOf(step, declared.websocket);
  const about = visit.about(step, url);
  const protocols = declared.protocols?.map(name => scope.text(name));
  const request = {
    url: url.href,
    headers: visit.headersFor(step, url),
    ...(protocols && { protocols }),
    timeout: declared.timeout,
    signal: visit.run.context.signal, // the connection may outlive its step
  };
  const messages = messagesOf(scope.value(declared.send));
  visit.asks(() => asWscat({ ...request, messages }));
  const started = performance.now();
  const connection = await connect(request, declared, about);
  if ('verdict' in connection) return connection;
  let kept = false;
  try {
    const opened = performance.now() - started;
    if (declared.as !== undefined) {
      await visit.connections.keep(declared.as, wrapped(connection));
      kept = true;
    }
    const awaited = awaitedOf(declared, scope, started);
    for (const message of messages) connection.send(message);
    if (isOnlyOpened(declared)) {
      return concludeFrom(findingsOfLatency(opened, declared.within, about), `open in ${formatDuration(opened)}`);
    }
    return await awaitMessages(connection, awaited, visit.with({ context }), about);
  } finally {
    if (!kept) await connection.close();
  }
}

/** Goes on with a connection that an earlier step keeps open. */
export async function runListenStep(declared: ListenStep, step: Step, visit: Visit): Promise<Outcome> {
  const about = visit.about(step);
  const connection = visit.connections.get(declared.listen);
  if (connection === undefined) {
    const message = `${about.target}: no connection named ${declared.listen} is open; the step that opens it was left out.`;
    return { verdict: 'error', findings: [found(notOpen, { message, ...about.where })] };
  }
  const messages = messagesOf(visit.scope.value(declared.send));
  if (messages.length > 0 && connection.send === undefined) {
    const message = `${about.target}: ${declared.listen} is a stream of events, over which nothing can be sent.`;
    return { verdict: 'error', findings: [found(notOpen, { message, ...about.where })] };
  }
  const awaited = awaitedOf(declared, visit.scope, performance.now());
  for (const message of messages) connection.send?.(message);
  return awaitMessages(connection, awaited, visit, about);
}

export const notOpen: FindingKind = {
  code: 'smoke/not-open',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A step goes on with a connection that it cannot go on with.',
  cause: 'The step that opens it was left out by its `if`, or it is a stream of events and the step sends something.',
  help: 'Open the connection in an earlier step with `as`, under the same condition.',
};

async function connect(
  request: Parameters<typeof connectWebsocket>[0],
  { refused }: WebsocketStep,
  about: StepAbout,
): Promise<WebsocketConnection | Outcome> {
  try {
    const connection = await connectWebsocket(request);
    if (refused === undefined) return connection;
    await connection.close();
    const message = `${about.target}: the WebSocket opened, expected the answer ${refused}.`;
    return failed(
      [found(websocketAccepted, { message, ...about.where, boundary: websocketAccepted.boundary })],
      'opened',
    );
  } catch (error) {
    if (!(error instanceof UpgradeRefused)) throw error;
    if (refused === undefined && error.status === undefined && request.protocols) {
      // WHATWG WebSockets, section 2.2: without one of those offered there is no connection.
      const message = `${about.target}: the server took none of the subprotocols ${request.protocols.join(', ')}, or broke the handshake.`;
      return failed([found(wrongSubprotocol, { message, ...about.where })], error.message);
    }
    if (refused !== undefined && error.status === refused) return passed(`refused with ${refused}`);
    const message = `${about.target}: ${error.message}, expected ${refused ?? '101 and a WebSocket'}.`;
    return failed([found(websocketRefused, { message, ...about.where })], error.message);
  }
}

function wrapped(connection: WebsocketConnection) {
  return {
    next: (signal: AbortSignal) => connection.next(signal),
    send: (text: string) => connection.send(text),
    close: () => connection.close(),
  };
}

type Arriving = Pick<ListenStep, 'expect' | 'expect-all' | 'expect-none' | 'any-order' | 'within' | 'capture'>;

function isOnlyOpened(declared: WebsocketStep): boolean {
  const { expect, closes } = declared;
  return [expect, declared['expect-all'], declared['expect-none'], closes].every(key => key === undefined);
}

/** `started` is when the step began, from which its time-out counts; now is when it has sent. */
export function awaitedOf(
  declared: Arriving & { timeout: number; closes?: number | undefined },
  scope: Scope,
  started: number,
): Awaited {
  const { expect } = declared;
  const messages = declared['expect-all'] ?? (expect === undefined ? [] : [expect]);
  return {
    messages: messages.map(message => scope.value(message)),
    anyOrder: declared['any-order'],
    never: scope.value(declared['expect-none']),
    closes: declared.closes,
    within: declared.within,
    sent: performance.now(),
    until: started + declared.timeout,
    capture: declared.capture,
  };
}

function messagesOf(send: unknown): string[] {
  if (send === undefined) return [];
  return [send].flat().map(message => (typeof message === 'string' ? message : JSON.stringify(message)));
}
