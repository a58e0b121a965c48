import type { Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import { failed } from '../failure.ts';
import type { StepAbout } from '../visit.ts';

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
export interface Heard {
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

export function reportMissing(expected: unknown, heard: Heard, ended: string, about: StepAbout): Outcome {
  const { matched, others, count } = heard;
  const quote = (text: string) => makeExcerpt(text, about.redact);
  const more = count > others.length ? ` and ${count - others.length} earlier` : '';
  const arrived = count === 0 ? 'Nothing else arrived' : `Instead arrived ${others.map(quote).join(', ')}${more}`;
  const came = matched.length > 0 ? ` (${pluralize(matched.length, 'expected message')} arrived before)` : '';
  const nothing = count === 0 && matched.length === 0 ? 'Nothing arrived' : arrived;
  const message = `${about.target}: no message matched ${quote(JSON.stringify(expected))}${came}. ${nothing}; ${ended}.`;
  return failed([found(messageMissing, { message, ...about.where })], ended);
}

export function reportDropped({ dropped }: Heard, about: StepAbout): Outcome {
  const message = `${about.target}: the gate dropped ${pluralize(dropped, 'message')} that arrived before this step, perhaps the expected one.`;
  return {
    verdict: 'error',
    findings: [found(messagesDropped, { message, ...about.where })],
    detail: 'messages dropped',
  };
}

export function reportUnwanted(text: string, about: StepAbout): Outcome {
  const message = `${about.target}: an unwanted message arrived: ${makeExcerpt(text, about.redact)}.`;
  return failed([found(unwantedMessage, { message, ...about.where })], 'an unwanted message arrived');
}

export function reportWrongClose(expected: number | undefined, ended: string, about: StepAbout): Outcome {
  const message = `${about.target}: ${ended}, expected the server to close with ${expected}.`;
  return failed([found(wrongCloseCode, { message, ...about.where })], ended);
}
