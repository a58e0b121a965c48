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
  const { matched } = heard;
  const wanted = makeExcerpt(JSON.stringify(expected), about.redact);
  const came = matched.length > 0 ? ` (${pluralize(matched.length, 'expected message')} arrived before)` : '';
  const arrived = describeHeard(heard, about.redact);
  const message = `${about.target}: no message matched ${wanted}${came}. ${arrived}; ${ended}.`;
  return failed([found(messageMissing, { message, ...about.where })], ended);
}

/** What arrived in place of the expected message. */
export function describeHeard({ matched, others, count }: Heard, redact: StepAbout['redact']): string {
  if (count === 0) return matched.length === 0 ? 'Nothing arrived' : 'Nothing else arrived';
  const more = count > others.length ? ` and ${count - others.length} earlier` : '';
  return `Instead arrived ${others.map(text => makeExcerpt(text, redact)).join(', ')}${more}`;
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
