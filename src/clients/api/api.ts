import type * as z from 'zod';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { toOneLine } from '../../core/one-line.ts';
import { pluralize } from '../../core/plural.ts';
import { type HttpAnswer, sendRequest, stripQuery } from '../http.ts';
import { connectionRefused, NetworkError, unknownHost, unreachable } from '../network-error.ts';
import { Refused, Unavailable, Uncertain } from './errors.ts';
import { badToken, missing, notJson, refused, unavailable, uncertain, unexpectedAnswer } from './findings.ts';
import { type AttemptEnd, judgeStatus, type RetryPolicy, retrying } from './retry.ts';

export interface Vendor {
  /** As a person knows the vendor, such as `Fly.io`. */
  name: string;
  baseUrl: string;
  headers: Record<string, string>;
  /** The variable that holds the token. */
  variable: string;
  /** How a person creates a token that works. */
  tokenHelp: string;
  /** The message in an error body of the vendor's own shape. */
  findMessage(body: unknown): string | undefined;
  /** What an error body says that a person must do something else about than its status tells. Default: nothing. */
  recognizeRefusal?(body: unknown): FindingKind | undefined;
  /** Told the headers of every answer, by lower-case name. */
  onHeaders?(headers: Record<string, string>): void;
  /** Milliseconds for one answer. */
  timeout: number;
}

export interface ApiCall {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  /** The subject, for messages: `the app pm-backend`. */
  what: string;
  signal: AbortSignal;
  body?: unknown;
  headers?: Record<string, string>;
  /** Whether sending it twice does no harm. Default: only for GET. */
  repeatable?: boolean;
  /** Milliseconds, where this call may take longer than others. */
  timeout?: number;
}

/**
 * Throws a GateError with what a person should do, a Refused for a status with a meaning of its own, an Uncertain when
 * nobody knows whether a change took effect, and the signal's reason when aborted.
 */
export type Api = <Answer>(schema: z.ZodType<Answer>, call: ApiCall) => Promise<Answer>;

/** What came back: an answer, or the reason why none came. */
type Reply = HttpAnswer | NetworkError;

interface QuotedVendor extends Vendor {
  /** The start of what the vendor says, in one line, for messages. */
  quote(text: string): string;
}

/** JSON over HTTP, as vendors speak it. A request is sent again only where that does no harm. */
export function createApi(about: Vendor, context: GateContext): Api {
  const { clock, redactor } = context;
  const vendor: QuotedVendor = { ...about, quote: text => toOneLine(text, redactor) };
  return async (schema, call) => {
    const policy: RetryPolicy<Reply> = {
      clock,
      signal: call.signal,
      repeatable: call.repeatable ?? call.method === 'GET',
      judge: judgeReply,
      getHeaders: reply => (reply instanceof NetworkError ? {} : reply.headers),
      onRetry: (reply, pause) =>
        context.log.debug(`${vendor.name}: ${describeReply(reply, vendor)}; the next attempt is in ${pause} ms.`),
    };
    const { answer, attempts, end, refusedUntil } = await retrying(policy, () => send(vendor, call));
    if (end === 'uncertain') throw new Uncertain(reportLostAnswer(answer, vendor, call), readMessage(answer, vendor));
    if (end === 'given-up') throw new Unavailable([reportGivenUp(answer, attempts, vendor, call)], refusedUntil);
    return readAnswer(schema, answer, vendor, call);
  };
}

async function send(vendor: QuotedVendor, call: ApiCall): Promise<Reply> {
  const { method, path, body, signal } = call;
  try {
    const answer = await sendRequest({
      method,
      url: `${vendor.baseUrl}${path}`,
      headers: {
        accept: 'application/json',
        ...vendor.headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      timeout: call.timeout ?? vendor.timeout,
      signal,
    });
    vendor.onHeaders?.(answer.headers);
    return answer;
  } catch (error) {
    if (error instanceof NetworkError) return error;
    throw error;
  }
}

function judgeReply(reply: Reply): AttemptEnd {
  if (!(reply instanceof NetworkError)) return judgeStatus(reply.status);
  const { kind, isOfCertificate } = reply;
  if (kind === unknownHost || kind === unreachable || isOfCertificate) return 'final';
  return kind === connectionRefused ? 'not-done' : 'unknown';
}

function readAnswer<Answer>(schema: z.ZodType<Answer>, answer: Reply, vendor: QuotedVendor, call: ApiCall): Answer {
  if (answer instanceof NetworkError) throw new Unavailable([blameVendor(answer.kind, `${answer.message}.`, vendor)]);
  const body = parseJson(answer.body);
  if (answer.status >= 400) throw toRefusal(answer, body, vendor, call);
  if (answer.status >= 300)
    throw reportStrangeAnswer(unexpectedAnswer, 'a redirect, which is not followed', answer, vendor);
  if (body === notParsed) throw reportStrangeAnswer(notJson, notAnyJson, answer, vendor);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const message = `${vendor.name} answered ${call.method} for ${call.what} with an unexpected value at ${issue?.path.join('.') || 'the top'}: ${issue?.message}.`;
  throw new GateError([found(unexpectedAnswer, { message })]);
}

const notAnyJson = 'something that is not JSON';
const notParsed = Symbol('not JSON');

function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return notParsed; // the caller reports what came instead
  }
}

/** What the vendor says in the body of an answer, in one line. */
function readMessage(answer: Reply, vendor: QuotedVendor): string {
  if (answer instanceof NetworkError) return '';
  const body = parseJson(answer.body);
  return vendor.quote(vendor.findMessage(body) ?? (body === notParsed ? answer.body : ''));
}

function toRefusal(answer: HttpAnswer, body: unknown, vendor: QuotedVendor, call: ApiCall): GateError {
  const { status, body: text } = answer;
  const said = readMessage(answer, vendor);
  const quote = said ? ` It says: ${said}` : '';
  const known = vendor.recognizeRefusal?.(body);
  if (known) {
    const message = `${vendor.name} refused ${call.method} for ${call.what} (${status}).${quote}`;
    return new Refused(status, said, found(known, { message }));
  }
  if (status === 401 || status === 403) {
    const does = status === 401 ? 'does not accept the token' : 'does not allow this for the token';
    const message = `${vendor.name} ${does} in ${vendor.variable} (${status}, for ${call.what}).${quote}`;
    return new Refused(status, said, found(badToken, { message, help: vendor.tokenHelp }));
  }
  if (status === 404) {
    const message = `${vendor.name} does not know ${call.what} (404), or the token in ${vendor.variable} cannot see it.${quote}`;
    return new Refused(status, said, found(missing, { message }));
  }
  if (body === notParsed) return reportStrangeAnswer(notJson, notAnyJson, { status, body: text }, vendor);
  const message = `${vendor.name} refused ${call.method} for ${call.what} (${status}).${quote}`;
  return new Refused(status, said, found(refused, { message }));
}

function reportStrangeAnswer(
  kind: FindingKind,
  what: string,
  { status, body }: Pick<HttpAnswer, 'status' | 'body'>,
  vendor: QuotedVendor,
): GateError {
  const begins = body.trim() === '' ? '' : ` It begins: ${vendor.quote(body)}`;
  const message = `${stripQuery(vendor.baseUrl)} answered ${status} with ${what}.${begins}`;
  return new GateError([found(kind, { message })]);
}

function reportLostAnswer(answer: Reply, vendor: QuotedVendor, call: ApiCall) {
  const message = `The answer of ${vendor.name} to ${call.method} for ${call.what} was lost, so nobody knows whether it took effect: ${describeReply(answer, vendor)}.`;
  return found(uncertain, { message });
}

function reportGivenUp(answer: Reply, attempts: number, vendor: QuotedVendor, call: ApiCall): Finding {
  const times = pluralize(attempts, 'attempt');
  const message = `${vendor.name} gave no usable answer for ${call.what}: ${describeReply(answer, vendor)} (${times}).`;
  return blameVendor(answer instanceof NetworkError ? answer.kind : unavailable, message, vendor);
}

/** The network's findings speak of the released service, but here the vendor does not answer. */
function blameVendor(kind: FindingKind, message: string, vendor: QuotedVendor): Finding {
  const help = `This says nothing about the release. Check the status page of ${vendor.name} and the base URL (${stripQuery(vendor.baseUrl)}), then run the gate again.`;
  return found(kind, { message, help });
}

function describeReply(answer: Reply, vendor: QuotedVendor): string {
  if (answer instanceof NetworkError) return answer.message;
  const asked = answer.headers['retry-after'];
  return `it answered ${answer.status}${asked ? ` and asked to wait (Retry-After: ${vendor.quote(asked)})` : ''}`;
}
