import { startDeadline } from '../../../clients/deadline.ts';
import { connectionLost, NetworkError } from '../../../clients/network-error.ts';
import { concludeFrom, type Outcome, passed } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import { tooSlow } from '../../../expectations/findings.ts';
import { findDifferences, parseJson } from '../../../expectations/json.ts';
import { capture } from '../captures/captures.ts';
import { failed } from '../failure.ts';
import { findTokens } from '../secrets.ts';
import type { StepAbout, Visit } from '../visit.ts';
import type { Awaited } from './awaited.ts';
import type { Connection } from './connections.ts';

export const messageMissing: FindingKind = {
  code: 'smoke/message-missing',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The connection opened, but the expected message never arrived.',
  cause:
    'The service does not publish the event or does not pass it between instances, the client is not subscribed, or the message changed its shape.',
  help: "Compare what arrived with what is expected, and read the service's log for the message that was sent.",
};

export const unwantedMessage: FindingKind = {
  code: 'smoke/unwanted-message',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A message arrived that this client must not receive.',
  cause: 'Events reach clients that are not subscribed, clients of another tenant, or the same client twice.',
  help: 'Check how the service selects the clients that receive an event.',
};

export const wrongCloseCode: FindingKind = {
  code: 'smoke/wrong-close-code',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service did not close the connection with the expected code.',
  cause: 'The service no longer detects the reason to close, or the connection breaks instead.',
  help: "Read the service's log for why it closed the connection, or did not.",
};

export const messagesDropped: FindingKind = {
  code: 'smoke/messages-dropped',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'More messages arrived between two steps than the gate keeps, so it may have dropped the expected one.',
  cause: 'The service sends many messages over a connection that `as` keeps open.',
  help: 'Listen sooner, or open a separate connection that receives fewer messages.',
};

/** What has arrived so far. */
interface Heard {
  /** The expected messages that arrived, as text. */
  matched: string[];
  /** The last other messages, and how many arrived. */
  others: string[];
  count: number;
  /** How many messages arrived before this step listened and were dropped. */
  dropped: number;
  /** When the last expected message arrived. */
  at: number;
}

/** How many of the other messages a finding shows. */
const shown = 5;

/** Waits for what must arrive over a connection, checks it, and captures from the last expected message. */
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
          return isUnsure ? reportDropped(heard, about) : passed(`closed with ${arrival.code}`);
        }
        const ended = describeClose(arrival.code, arrival.reason);
        if (open.length > 0) return reportMissing(open, heard, ended, about);
        if (onlyForNever && heard.dropped > 0) return reportDropped(heard, about);
        if (onlyForNever && arrival.code === broken) throw cutOff(awaited);
        return onlyForNever
          ? passed(`nothing unwanted arrived; ${ended}`)
          : reportWrongClose(awaited.closes, ended, about);
      }
      if (arrival.type === 'dropped') {
        heard.dropped += arrival.count;
        continue;
      }
      for (const token of findTokens(arrival.text)) visit.context.redactor.add(token);
      if (isUnwanted(awaited.never, arrival.text)) return reportUnwanted(arrival.text, about);
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
    const ended = `gave up after ${formatDuration(performance.now() - awaited.sent)}`;
    if (onlyForNever && heard.dropped > 0) return reportDropped(heard, about);
    if (onlyForNever) return passed(`nothing unwanted arrived within ${formatDuration(awaited.within ?? 0)}`);
    return open.length > 0
      ? reportMissing(open, heard, ended, about)
      : reportWrongClose(awaited.closes, 'it stayed open', about);
  } finally {
    deadline.clear();
  }
}

async function judge(heard: Heard, awaited: Awaited, visit: Visit, about: StepAbout): Promise<Outcome> {
  if (awaited.never !== undefined && heard.dropped > 0) return reportDropped(heard, about);
  const took = Math.max(0, heard.at - awaited.sent);
  const detail = `answered in ${took < 10 ? `${took.toFixed(1)} ms` : formatDuration(took)}`;
  const late = checkLatency(took, awaited.within, about);
  if (late.length > 0) return concludeFrom(late, detail);
  const last = heard.matched.at(-1) ?? '';
  const source = { json: () => parseJson(last), text: () => last };
  return concludeFrom(await capture(awaited.capture, source, visit, about), detail);
}

export function checkLatency(took: number, within: number | undefined, about: StepAbout): Finding[] {
  if (within === undefined || took <= within) return [];
  const message = `${about.target} took ${formatDuration(took)}, allowed is ${formatDuration(within)}.`;
  return [found(tooSlow, { message, ...about.where })];
}

/** Text that is not JSON must be equal. */
function isMatch(expected: unknown, text: string): boolean {
  if (expected === text) return true;
  const message = parseJson(text);
  return message !== undefined && findDifferences(expected, message.value).length === 0;
}

function isUnwanted(never: unknown, text: string): boolean {
  return never !== undefined && isMatch(never, text);
}

/** A connection that breaks proves nothing about what the server would have sent. */
function cutOff({ within = 0 }: Awaited): NetworkError {
  const message = `The connection broke before ${formatDuration(within)} had passed, so nobody knows what would have arrived`;
  const heardBefore = true;
  return new NetworkError(connectionLost, message, heardBefore);
}

/** RFC 6455, section 7.1.5: no close frame was received. */
const broken = 1006;

function describeClose(code: number, reason: string): string {
  if (code === broken) return 'the connection broke';
  return `the server closed with ${code}${reason ? ` (${reason})` : ''}`;
}

function reportMissing(open: unknown[], heard: Heard, ended: string, about: StepAbout): Outcome {
  if (heard.dropped > 0) return reportDropped(heard, about);
  const { matched, others, count } = heard;
  const quote = (text: string) => makeExcerpt(text, about.redact);
  const more = count > others.length ? ` and ${count - others.length} earlier` : '';
  const arrived = count === 0 ? 'Nothing else arrived' : `Instead arrived ${others.map(quote).join(', ')}${more}`;
  const came = matched.length > 0 ? ` (${pluralize(matched.length, 'expected message')} arrived before)` : '';
  const nothing = count === 0 && matched.length === 0 ? 'Nothing arrived' : arrived;
  const message = `${about.target}: no message matched ${quote(JSON.stringify(open[0]))}${came}. ${nothing}; ${ended}.`;
  return failed([found(messageMissing, { message, ...about.where })], ended);
}

function reportDropped({ dropped }: Heard, about: StepAbout): Outcome {
  const message = `${about.target}: the gate dropped ${pluralize(dropped, 'message')} that arrived before this step, perhaps the expected one.`;
  return {
    verdict: 'error',
    findings: [found(messagesDropped, { message, ...about.where })],
    detail: 'messages dropped',
  };
}

function reportUnwanted(text: string, about: StepAbout): Outcome {
  const message = `${about.target}: an unwanted message arrived: ${makeExcerpt(text, about.redact)}.`;
  return failed([found(unwantedMessage, { message, ...about.where })], 'an unwanted message arrived');
}

function reportWrongClose(expected: number | undefined, ended: string, about: StepAbout): Outcome {
  const message = `${about.target}: ${ended}, expected the server to close with ${expected}.`;
  return failed([found(wrongCloseCode, { message, ...about.where })], ended);
}
