import type { Arrival } from '../../../clients/arrivals.ts';
import { startDeadline } from '../../../clients/deadline.ts';
import { connectionLost, NetworkError } from '../../../clients/network-error.ts';
import { concludeFrom, type Outcome, passed } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { parseJson } from '../../../core/parse-json.ts';
import { type Comparison, findDifferences } from '../../../expectations/differences.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import { checkLatency } from '../../../expectations/latency.ts';
import { parseEmbedded } from '../../../expectations/matchers/embedded-json.ts';
import { capture } from '../captures/captures.ts';
import { findTokens } from '../secrets.ts';
import type { StepAbout, Visit } from '../visit.ts';
import type { Awaited } from './awaited.ts';
import type { Connection } from './connections.ts';
import {
  describeHeard,
  type Heard,
  reportDropped,
  reportMissing,
  reportUnwanted,
  reportWrongClose,
} from './findings.ts';

/** Waits for what must arrive over a connection, checks it, and captures from the last expected message. */
export async function awaitMessages(
  connection: Connection,
  awaited: Awaited,
  visit: Visit,
  about: StepAbout,
): Promise<Outcome> {
  const { messages, never, closes } = awaited;
  if (messages.length === 0 && never === undefined && closes === undefined) return passed('connected');
  const listener = new Listener(awaited, visit, about);
  const deadline = startDeadline(Math.max(0, Math.ceil(listener.until - performance.now())), visit.context.signal);
  try {
    for (;;) {
      const arrival = await connection.next(deadline.signal);
      visit.context.signal.throwIfAborted();
      const outcome = listener.hear(arrival);
      if (outcome) return await outcome;
    }
  } catch (error) {
    visit.context.signal.throwIfAborted();
    if (!deadline.passed) throw error;
    return listener.giveUp();
  } finally {
    deadline.clear();
  }
}

/** How many of the other messages a finding shows. */
const mostShown = 5;

/** RFC 6455, section 7.1.5: no close frame was received. */
const broken = 1006;

/** Compares what arrives with what is awaited, until that decides the step. */
class Listener {
  readonly until: number;
  readonly #awaited: Awaited;
  readonly #visit: Visit;
  readonly #about: StepAbout;
  /** The messages that have not arrived yet. */
  readonly #open: unknown[];
  readonly #heard: Heard;
  /** Whether the step only listens for a message that must not arrive. */
  readonly #onlyForNever: boolean;

  constructor(awaited: Awaited, visit: Visit, about: StepAbout) {
    this.#awaited = awaited;
    this.#visit = visit;
    this.#about = about;
    this.#open = [...awaited.messages];
    this.#heard = { matched: [], others: [], count: 0, dropped: 0, at: awaited.sent };
    this.#onlyForNever = this.#open.length === 0 && awaited.closes === undefined;
    this.until = this.#onlyForNever ? awaited.sent + (awaited.within ?? 0) : awaited.until;
  }

  /** Returns the outcome if the arrival decides the step. */
  hear(arrival: Arrival): Outcome | Promise<Outcome> | undefined {
    if (arrival.type === 'closed') return this.#hearClose(arrival.code, arrival.reason);
    if (arrival.type === 'message') return this.#hearMessage(arrival.text, arrival.at);
    this.#heard.dropped += arrival.count;
    return undefined;
  }

  /** The outcome once the time is over. */
  giveUp(): Outcome {
    const ended = `gave up after ${formatDuration(performance.now() - this.#awaited.sent)}`;
    if (this.#open.length > 0) return this.#missing(ended);
    if (!this.#onlyForNever) return reportWrongClose(this.#awaited.closes, 'it stayed open', this.#about);
    return this.#nothingUnwanted(`nothing unwanted arrived within ${formatDuration(this.#awaited.within ?? 0)}`);
  }

  #hearMessage(text: string, at: number): Outcome | Promise<Outcome> | undefined {
    const { never, anyOrder, closes } = this.#awaited;
    for (const token of findTokens(text)) this.#visit.context.redactor.add(token);
    if (never !== undefined && isMatch(never, text, 'contained')) return reportUnwanted(text, this.#about);
    const candidates = anyOrder ? this.#open : this.#open.slice(0, 1);
    const index = candidates.findIndex(message => isMatch(message, text));
    if (index < 0) {
      this.#heard.count++;
      this.#heard.others.push(text);
      if (this.#heard.others.length > mostShown) this.#heard.others.shift();
      return undefined;
    }
    this.#open.splice(index, 1);
    this.#heard.matched.push(text);
    this.#heard.at = at;
    return this.#open.length === 0 && closes === undefined ? this.#judge() : undefined;
  }

  #hearClose(code: number, reason: string): Outcome {
    const { closes } = this.#awaited;
    if (closes === code && this.#open.length === 0) return this.#nothingUnwanted(`closed with ${code}`);
    const ended = describeClose(code, reason);
    if (code === broken && this.#heard.dropped === 0 && closes === undefined) throw this.#cutOff();
    if (this.#open.length > 0) return this.#missing(ended);
    if (!this.#onlyForNever) return reportWrongClose(closes, ended, this.#about);
    return this.#nothingUnwanted(`nothing unwanted arrived; ${ended}`);
  }

  async #judge(): Promise<Outcome> {
    const { never, sent, within, capture: captures } = this.#awaited;
    if (never !== undefined && this.#heard.dropped > 0) return reportDropped(this.#heard, this.#about);
    const took = Math.max(0, this.#heard.at - sent);
    const detail = `answered in ${took < 10 ? `${took.toFixed(1)} ms` : formatDuration(took)}`;
    const late = checkLatency(took, within, this.#about);
    if (late.length > 0) return concludeFrom(late, detail);
    const last = this.#heard.matched.at(-1) ?? '';
    const source = { json: () => parseJson(last) ?? parseEmbedded(last), text: () => last };
    return concludeFrom(await capture(captures, source, this.#visit, this.#about), detail);
  }

  /** A connection that breaks proves nothing about what the server would have sent. */
  #cutOff(): NetworkError {
    const { target, redact } = this.#about;
    const [expected] = this.#open;
    const lacks =
      expected === undefined
        ? `${formatDuration(this.#awaited.within ?? 0)} had passed, so nobody knows what would have arrived`
        : `a message matched ${makeExcerpt(JSON.stringify(expected), redact)}. ${describeHeard(this.#heard, redact)}`;
    return new NetworkError(connectionLost, `${target}: the connection broke before ${lacks}`, { heard: true });
  }

  /** Passes, unless the unwanted message may be among the dropped ones. */
  #nothingUnwanted(detail: string): Outcome {
    const isUnsure = this.#awaited.never !== undefined && this.#heard.dropped > 0;
    return isUnsure ? reportDropped(this.#heard, this.#about) : passed(detail);
  }

  /** Fails, unless the expected message may be among the dropped ones. */
  #missing(ended: string): Outcome {
    return this.#heard.dropped > 0
      ? reportDropped(this.#heard, this.#about)
      : reportMissing(this.#open[0], this.#heard, ended, this.#about);
  }
}

/** A message that is not JSON is compared as text. */
function isMatch(expected: unknown, text: string, lists: Comparison['lists'] = 'whole'): boolean {
  if (expected === text) return true;
  const message = parseJson(text);
  return findDifferences(expected, message === undefined ? text : message.value, { lists }).length === 0;
}

function describeClose(code: number, reason: string): string {
  if (code === broken) return 'the connection broke';
  return `the server closed with ${code}${reason ? ` (${reason})` : ''}`;
}
