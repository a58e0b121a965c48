import { startDeadline } from '../../../clients/deadline.ts';
import { connectionLost, NetworkError } from '../../../clients/network-error.ts';
import type { Capture } from '../../../config/schema/smoke.ts';
import { concludeFrom, type Outcome, passed } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import { tooSlow } from '../../../expectations/findings.ts';
import { findDifferences, parseJson } from '../../../expectations/json.ts';
import { capture } from '../captures/captures.ts';
import type { Connection } from '../connections.ts';
import { failed } from '../failure.ts';
import { tokensIn } from '../secrets.ts';
import type { StepAbout, Visit } from '../visit.ts';

export const noMessage: FindingKind = {
  code: 'smoke/no-message',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The connection opened, and the expected message never came.',
  cause:
    'Events are not published or not passed on between instances, the client is not subscribed, or the message changed its form.',
  help: 'Compare what did arrive with what is expected, and look at the log of the service for the message that was sent.',
};

export const unwantedMessage: FindingKind = {
  code: 'smoke/unwanted-message',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A message arrived that this client must not get.',
  cause: 'Events go to more clients than are subscribed, to another tenant, or twice.',
  help: 'Look at how the service chooses who gets an event.',
};

export const wrongClosing: FindingKind = {
  code: 'smoke/wrong-closing',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service did not close the connection with the code that it should.',
  cause: 'The reason for closing is not seen any more, or the connection breaks instead of being closed.',
  help: "Look at the service's log for why it closed, or did not.",
};

export const messagesDropped: FindingKind = {
  code: 'smoke/messages-dropped',
  severity: 'error',
  boundary: 'delivery',
  meaning:
    'More messages arrived between two steps than are kept, so whether one was among those dropped is not known.',
  cause: 'A connection that is kept open with `as` while the service sends very much over it.',
  help: 'Listen sooner after what is awaited, or open a connection of its own for it that hears less.',
};

/** What must arrive, with every name in it replaced. */
export interface Awaited {
  messages: unknown[];
  anyOrder: boolean;
  never: unknown;
  closes: number | undefined;
  within: number | undefined;
  /** When the messages were sent, and when the step is given up (`performance.now()`). */
  sent: number;
  until: number;
  capture: Record<string, Capture>;
}

/** What has arrived so far. */
interface Heard {
  /** The expected messages that came, as they were. */
  matched: string[];
  /** The last of what came besides, and how many there were. */
  others: string[];
  count: number;
  /** How many came before this step listened, and are not there any more. */
  dropped: number;
  /** When the last expected message came. */
  at: number;
}

/** How many of the messages that arrived instead are shown. */
const shown = 5;

/** Waits for what must arrive over a connection, judges it, and captures from the last expected message. */
export async function awaitMessages(
  connection: Connection,
  awaited: Awaited,
  visit: Visit,
  about: StepAbout,
): Promise<Outcome> {
  const open = [...awaited.messages];
  const heard: Heard = { matched: [], others: [], count: 0, dropped: 0, at: awaited.sent };
  if (open.length === 0 && awaited.never === undefined && awaited.closes === undefined) return passed('connected');
  const onlyForNever = open.length === 0 && awaited.closes === undefined;
  const until = onlyForNever ? awaited.sent + (awaited.within ?? 0) : awaited.until;
  const deadline = startDeadline(Math.max(0, Math.ceil(until - performance.now())), visit.context.signal);
  try {
    for (;;) {
      const arrival = await connection.next(deadline.signal);
      visit.context.signal.throwIfAborted();
      if (arrival.type === 'closed') {
        if (awaited.closes === arrival.code && open.length === 0) {
          const isUnsure = awaited.never !== undefined && heard.dropped > 0;
          return isUnsure ? undecided(heard, about) : passed(`closed with ${arrival.code}`);
        }
        const ended = closing(arrival.code, arrival.reason);
        if (open.length > 0) return missed(open, heard, ended, about);
        if (onlyForNever && heard.dropped > 0) return undecided(heard, about);
        if (onlyForNever && arrival.code === broken) throw cutOff(awaited);
        return onlyForNever ? passed(`nothing unwanted came; ${ended}`) : wronglyClosed(awaited.closes, ended, about);
      }
      if (arrival.type === 'dropped') {
        heard.dropped += arrival.count;
        continue;
      }
      for (const token of tokensIn(arrival.text)) visit.context.redactor.add(token);
      if (isUnwanted(awaited.never, arrival.text)) return unwanted(arrival.text, about);
      const candidates = awaited.anyOrder ? open : open.slice(0, 1);
      const index = candidates.findIndex(message => isMatch(message, arrival.text));
      if (index < 0) {
        heard.count++;
        heard.others.push(arrival.text);
        if (heard.others.length > shown) heard.others.shift();
        continue;
      }
      open.splice(index, 1);
      heard.matched.push(arrival.text);
      heard.at = arrival.at;
      if (open.length === 0 && awaited.closes === undefined) return await judge(heard, awaited, visit, about);
    }
  } catch (error) {
    visit.context.signal.throwIfAborted();
    if (!deadline.passed) throw error;
    const ended = `given up after ${formatDuration(performance.now() - awaited.sent)}`;
    if (onlyForNever && heard.dropped > 0) return undecided(heard, about);
    if (onlyForNever) return passed(`nothing unwanted came within ${formatDuration(awaited.within ?? 0)}`);
    return open.length > 0 ? missed(open, heard, ended, about) : wronglyClosed(awaited.closes, `it stayed open`, about);
  } finally {
    deadline.clear();
  }
}

async function judge(heard: Heard, awaited: Awaited, visit: Visit, about: StepAbout): Promise<Outcome> {
  if (awaited.never !== undefined && heard.dropped > 0) return undecided(heard, about);
  const took = Math.max(0, heard.at - awaited.sent);
  const detail = `answered in ${took < 10 ? `${took.toFixed(1)} ms` : formatDuration(took)}`;
  const late = findingsOfLatency(took, awaited.within, about);
  if (late.length > 0) return concludeFrom(late, detail);
  const last = heard.matched.at(-1) ?? '';
  const source = { json: () => parseJson(last), text: () => last };
  return concludeFrom(await capture(awaited.capture, source, visit, about), detail);
}

export function findingsOfLatency(took: number, within: number | undefined, about: StepAbout): Finding[] {
  if (within === undefined || took <= within) return [];
  const message = `${about.target} took ${formatDuration(took)}, allowed are ${formatDuration(within)}.`;
  return [found(tooSlow, { message, ...about.where })];
}

/** A message may be text that is no JSON; then it must be that text. */
function isMatch(expected: unknown, text: string): boolean {
  if (expected === text) return true;
  const message = parseJson(text);
  return message !== undefined && findDifferences(expected, message.value).length === 0;
}

function isUnwanted(never: unknown, text: string): boolean {
  return never !== undefined && isMatch(never, text);
}

/** Without an end of the connection that the server meant, what it would have sent is not known. */
function cutOff({ within = 0 }: Awaited): NetworkError {
  const message = `The connection broke before ${formatDuration(within)} were over, so what would have come is not known`;
  return new NetworkError(connectionLost, message, { heard: true });
}

/** RFC 6455, section 7.1.5: no close frame came. */
const broken = 1006;

function closing(code: number, reason: string): string {
  if (code === broken) return 'the connection broke';
  return `the server closed with ${code}${reason ? ` (${reason})` : ''}`;
}

function missed(open: unknown[], heard: Heard, ended: string, about: StepAbout): Outcome {
  if (heard.dropped > 0) return undecided(heard, about);
  const { matched, others, count } = heard;
  const quote = (text: string) => makeExcerpt(text, about.redact);
  const more = count > others.length ? ` and ${count - others.length} before` : '';
  const arrived = count === 0 ? 'Nothing else arrived' : `Instead came ${others.map(quote).join(', ')}${more}`;
  const came = matched.length > 0 ? ` (${matched.length} expected ones came before)` : '';
  const nothing = count === 0 && matched.length === 0 ? 'Nothing arrived' : arrived;
  const message = `${about.target}: no message had ${quote(JSON.stringify(open[0]))}${came}. ${nothing}; ${ended}.`;
  return failed([found(noMessage, { message, ...about.where })], ended);
}

function undecided({ dropped }: Heard, about: StepAbout): Outcome {
  const message = `${about.target}: ${pluralize(dropped, 'message')} that came before it listened had to be dropped; what it needed may have been among them.`;
  return {
    verdict: 'error',
    findings: [found(messagesDropped, { message, ...about.where })],
    detail: 'messages dropped',
  };
}

function unwanted(text: string, about: StepAbout): Outcome {
  const message = `${about.target}: a message came that must not: ${makeExcerpt(text, about.redact)}.`;
  return failed([found(unwantedMessage, { message, ...about.where })], 'an unwanted message came');
}

function wronglyClosed(expected: number | undefined, ended: string, about: StepAbout): Outcome {
  const message = `${about.target}: ${ended}, expected the server to close with ${expected}.`;
  return failed([found(wrongClosing, { message, ...about.where })], ended);
}
