import { NetworkError } from '../../clients/network-error.ts';
import { connectWebsocket, UpgradeRefused, type WebsocketConnection } from '../../clients/websocket.ts';
import type { WebsocketStep } from '../../config/schema/smoke.ts';
import { judged, type Outcome, passed } from '../../core/check.ts';
import { formatDuration } from '../../core/duration.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { excerpt } from '../expectations/excerpt.ts';
import { tooSlow } from '../expectations/findings.ts';
import { differencesOf, parseJson } from '../expectations/json.ts';
import { capture } from './captures.ts';
import { asWscat } from './command-line.ts';
import type { Step } from './plan.ts';
import { tokensIn } from './secrets.ts';
import { type StepAbout, unanswered, type Visit } from './visit.ts';

export const websocketRefused: FindingKind = {
  code: 'smoke/websocket-refused',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service did not agree to a WebSocket, so no client can have live updates.',
  cause:
    'A wrong path, a token that is not accepted (401, 403), or a proxy that does not pass the upgrade on (200, 400, 426, 502).',
  remedy:
    "Look at the service's log for the upgrade request, and at whether each proxy before it lets upgrades through.",
};

export const noMessage: FindingKind = {
  code: 'smoke/no-message',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The WebSocket opened, and the expected message never came.',
  cause:
    'Events are not published or not passed on between instances, the client is not subscribed, or the message changed its form.',
  remedy:
    'Compare what did arrive with what is expected, and look at the log of the service for the message that was sent.',
};

interface Expected {
  message: unknown;
  /** When the messages were sent, and when the step is given up (`performance.now()`). */
  sent: number;
  until: number;
}

/** The answer to what was sent, and the milliseconds it took. */
interface Match {
  text: string;
  took: number;
}

/** The last of what arrived instead, how many there were, and how it ended. */
interface Miss {
  last: string[];
  count: number;
  ended: string;
}

/** How many of the messages that arrived instead are shown. */
const shown = 5;

/** Connects, sends, waits for the expected message, captures from it, and closes. */
export async function runWebsocketStep(declared: WebsocketStep, step: Step, visit: Visit): Promise<Outcome> {
  const { scope, context } = visit;
  const url = visit.addressOf(step);
  const about = visit.about(step, url);
  const request = {
    url: url.href,
    headers: visit.headersFor(step, url),
    timeout: declared.timeout,
    signal: context.signal,
  };
  const messages = messagesOf(scope.value(declared.send));
  visit.command = asWscat({ ...request, messages });
  const started = performance.now();
  try {
    const connection = await connectWebsocket(request);
    const opened = performance.now() - started;
    try {
      const expected = {
        message: scope.value(declared.expect),
        sent: performance.now(),
        until: started + declared.timeout,
      };
      for (const message of messages) connection.send(message);
      if (declared.expect === undefined) return judgeLatency(opened, declared.within, 'open', about);
      const heard = await listen(connection, expected, visit);
      if ('ended' in heard) return missed(heard, expected.message, about);
      const late = judgeLatency(heard.took, declared.within, 'answered', about);
      if (late.verdict !== 'passed') return late;
      const source = { json: () => parseJson(heard.text), header: () => undefined, cookie: () => undefined };
      return judged(capture(declared.capture, source, { scope, redactor: context.redactor }, about), late.detail);
    } finally {
      await connection.close();
    }
  } catch (error) {
    if (error instanceof NetworkError) return unanswered(error, step, about);
    if (!(error instanceof UpgradeRefused)) throw error;
    const seen = `${about.target}: ${error.message}, expected 101 and a WebSocket.`;
    return { verdict: 'failed', findings: [found(websocketRefused, { seen, ...about.where })], detail: error.message };
  }
}

function messagesOf(send: unknown): string[] {
  if (send === undefined) return [];
  return [send].flat().map(message => (typeof message === 'string' ? message : JSON.stringify(message)));
}

async function listen(connection: WebsocketConnection, expected: Expected, { context }: Visit): Promise<Match | Miss> {
  const { message, sent, until } = expected;
  const deadline = AbortSignal.timeout(Math.max(0, Math.ceil(until - performance.now())));
  const signal = AbortSignal.any([context.signal, deadline]);
  const last: string[] = [];
  for (let count = 0; ; count++) {
    try {
      const arrival = await connection.next(signal);
      context.signal.throwIfAborted();
      if (arrival.type === 'closed') return { last, count, ended: closing(arrival.code, arrival.reason) };
      for (const token of tokensIn(arrival.text)) context.redactor.add(token);
      if (isMatch(message, arrival.text)) return { text: arrival.text, took: arrival.at - sent };
      last.push(arrival.text);
      if (last.length > shown) last.shift();
    } catch (error) {
      context.signal.throwIfAborted();
      if (!deadline.aborted) throw error;
      return { last, count, ended: `given up after ${formatDuration(performance.now() - sent)}` };
    }
  }
}

/** A message may be text that is no JSON; then it must be that text. */
function isMatch(expected: unknown, text: string): boolean {
  if (expected === text) return true;
  const message = parseJson(text);
  return message !== undefined && differencesOf(expected, message.value).length === 0;
}

function closing(code: number, reason: string): string {
  if (code === 1006) return 'the connection broke'; // RFC 6455, section 7.1.5: no close frame came
  return `the server closed with ${code}${reason ? ` (${reason})` : ''}`;
}

function missed({ last, count, ended }: Miss, expected: unknown, about: StepAbout): Outcome {
  const quote = (text: string) => excerpt(text, about.redact);
  const more = count > last.length ? ` and ${count - last.length} before` : '';
  const arrived = count === 0 ? 'Nothing arrived' : `Instead came ${last.map(quote).join(', ')}${more}`;
  const seen = `${about.target}: no message had ${quote(JSON.stringify(expected))}. ${arrived}; ${ended}.`;
  return { verdict: 'failed', findings: [found(noMessage, { seen, ...about.where })], detail: ended };
}

function judgeLatency(took: number, within: number | undefined, what: string, about: StepAbout): Outcome {
  const detail = `${what} in ${formatDuration(took)}`;
  if (within === undefined || took <= within) return passed(detail);
  const seen = `${about.target} took ${formatDuration(took)}, allowed are ${formatDuration(within)}.`;
  return judged([found(tooSlow, { seen, ...about.where })], detail);
}
