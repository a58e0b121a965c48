import type * as z from 'zod';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { toOneLine } from '../../core/one-line.ts';
import { pluralize } from '../../core/plural.ts';
import { type HttpAnswer, sendRequest, stripQuery } from '../http.ts';
import { connectionRefused, NetworkError, unknownHost, unreachable } from '../network-error.ts';
import { Refused, Uncertain } from './errors.ts';
import { badToken, missing, notJson, refused, unavailable, uncertain, unexpectedAnswer } from './findings.ts';
import { type AttemptEnd, judgeStatus, type RetryPolicy, retrying } from './retry.ts';

export interface Vendor {
  /** As a person knows it, such as `Fly.io`. */
  name: string;
  baseUrl: string;
  headers: Record<string, string>;
  /** The variable that holds the token. */
  variable: string;
  /** How a person makes a token that is good for this. */
  tokenHelp: string;
  /** What an error body says, in the vendor's own shape. */
  messageOf(body: unknown): string | undefined;
  /** Milliseconds for one answer. */
  timeout: number;
}

export interface ApiCall {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  /** What it is about, for messages: `the app pm-backend`. */
  what: string;
  signal: AbortSignal;
  body?: unknown;
  headers?: Record<string, string>;
  /** Whether doing it twice does no harm. Default: only for GET. */
  repeatable?: boolean;
  /** Milliseconds, where this call may take longer than others. */
  timeout?: number;
}

/**
 * Throws a GateError with what a person should do; a Refused for a status of its own meaning; an Uncertain when it is
 * not known whether a change took effect; and the signal's reason when aborted.
 */
export type Api = <Answer>(schema: z.ZodType<Answer>, call: ApiCall) => Promise<Answer>;

/** What came back: an answer, or the reason why none came. */
type Reply = HttpAnswer | NetworkError;

interface Asked extends Vendor {
  /** The beginning of what it says, in one line, for messages. */
  quote(text: string): string;
}

/** JSON over HTTP as the platforms speak it. A platform that is unwell is asked again only where that is harmless. */
export function createApi(about: Vendor, context: GateContext): Api {
  const { clock, redactor } = context;
  const vendor: Asked = { ...about, quote: text => toOneLine(text, redactor) };
  return async (schema, call) => {
    const policy: RetryPolicy<Reply> = {
      clock,
      signal: call.signal,
      repeatable: call.repeatable ?? call.method === 'GET',
      judge: judgeReply,
      getHeaders: reply => (reply instanceof NetworkError ? {} : reply.headers),
      onRetry: (reply, pause) =>
        context.log.debug(`${vendor.name}: ${inWords(reply, vendor)}; asked again in ${pause} ms.`),
    };
    const { answer, attempts, end } = await retrying(policy, () => send(vendor, call));
    if (end === 'uncertain') throw new Uncertain(lost(answer, vendor, call));
    if (end === 'given-up') throw givenUp(answer, attempts, vendor, call);
    return read(schema, answer, vendor, call);
  };
}

async function send(vendor: Asked, call: ApiCall): Promise<Reply> {
  const { method, path, body, signal } = call;
  try {
    return await sendRequest({
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

function read<Answer>(schema: z.ZodType<Answer>, answer: Reply, vendor: Asked, call: ApiCall): Answer {
  if (answer instanceof NetworkError) throw ofVendor(answer.kind, `${answer.message}.`, vendor);
  const body = parse(answer.body);
  if (answer.status >= 400) throw refusalOf(answer, body, vendor, call);
  if (answer.status >= 300) throw strange(unexpectedAnswer, 'a redirect, which is not followed', answer, vendor);
  if (body === notParsed) throw strange(notJson, notAnyJson, answer, vendor);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const message = `${vendor.name} answered ${call.method} for ${call.what} without what was expected at ${issue?.path.join('.') || 'the top'}: ${issue?.message}.`;
  throw new GateError([found(unexpectedAnswer, { message })]);
}

const notAnyJson = 'something that is no JSON';
const notParsed = Symbol('not JSON');

function parse(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return notParsed; // the caller says what came instead
  }
}

function refusalOf({ status, body: text }: HttpAnswer, body: unknown, vendor: Asked, call: ApiCall): GateError {
  const said = vendor.quote(vendor.messageOf(body) ?? (body === notParsed ? text : ''));
  const inItsWords = said ? ` It says: ${said}` : '';
  if (status === 401 || status === 403) {
    const does = status === 401 ? 'does not accept the token' : 'accepts the token but does not allow it this';
    const message = `${vendor.name} ${does} in ${vendor.variable}, asked for ${call.what} (${status}).${inItsWords}`;
    return new Refused(status, said, found(badToken, { message, help: vendor.tokenHelp }));
  }
  if (status === 404) {
    const message = `${vendor.name} does not know ${call.what} (404), or the token in ${vendor.variable} cannot see it.${inItsWords}`;
    return new Refused(status, said, found(missing, { message }));
  }
  if (body === notParsed) return strange(notJson, notAnyJson, { status, body: text }, vendor);
  const message = `${vendor.name} refused ${call.method} for ${call.what} (${status}).${inItsWords}`;
  return new Refused(status, said, found(refused, { message }));
}

function strange(
  kind: FindingKind,
  what: string,
  { status, body }: Pick<HttpAnswer, 'status' | 'body'>,
  vendor: Asked,
): GateError {
  const begins = body.trim() === '' ? '' : ` It begins: ${vendor.quote(body)}`;
  const message = `${stripQuery(vendor.baseUrl)} answered ${status} with ${what}.${begins}`;
  return new GateError([found(kind, { message })]);
}

function lost(answer: Reply, vendor: Asked, call: ApiCall) {
  const message = `${vendor.name} was sent ${call.method} for ${call.what}, and whether it took effect is not known: ${inWords(answer, vendor)}.`;
  return found(uncertain, { message });
}

function givenUp(answer: Reply, attempts: number, vendor: Asked, call: ApiCall): GateError {
  const times = pluralize(attempts, 'attempt');
  const message = `${vendor.name} could not be asked for ${call.what}: ${inWords(answer, vendor)} (${times}).`;
  return ofVendor(answer instanceof NetworkError ? answer.kind : unavailable, message, vendor);
}

/** The kinds of the network speak of the service that is released; here it is the vendor that does not answer. */
function ofVendor(kind: FindingKind, message: string, vendor: Asked): GateError {
  const help = `This says nothing about the release. See the status page of ${vendor.name} and the base URL in use (${stripQuery(vendor.baseUrl)}), and run the gate again.`;
  return new GateError([found(kind, { message, help })]);
}

function inWords(answer: Reply, vendor: Asked): string {
  if (answer instanceof NetworkError) return answer.message;
  const asked = answer.headers['retry-after'];
  return `it answered ${answer.status}${asked ? ` and asked to wait (Retry-After: ${vendor.quote(asked)})` : ''}`;
}
