import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen, stopServer } from '../listen.ts';
import { type Fault, type FaultQueue, faultQueue } from './faults.ts';
import { isRecord } from './values.ts';

export type { Fault } from './faults.ts';

export interface EmulatorRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  /** What the `:name` and `*name` parts of the route matched, decoded. */
  params: Record<string, string>;
  headers: IncomingHttpHeaders;
  /** The JSON body; an empty object when there is none. */
  body: Record<string, unknown>;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
}

export interface Answer {
  status: number;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, instead of `body`. */
  text?: string;
  headers?: Record<string, string>;
}

export interface RecordedRequest {
  method: string;
  /** Path with its query. */
  path: string;
  /** Zero while it is unanswered, and when the connection was cut instead. */
  status: number;
  headers: IncomingHttpHeaders;
  body: unknown;
  answer: unknown;
  /** The answer came from an injected fault. */
  injected: boolean;
}

export interface Route {
  method: string;
  segments: string[];
  handle(request: EmulatorRequest): Answer | Promise<Answer>;
}

export interface EmulatorServer {
  /** Base URL without a trailing slash. */
  url: string;
  requests: RecordedRequest[];
  fail(fault: Fault): void;
  stop(): Promise<void>;
}

export interface ServerOptions {
  routes: Route[];
  /** Returns an answer to refuse a request, or undefined to let it pass. */
  authorize(request: EmulatorRequest): Answer | undefined;
  notFound(request: EmulatorRequest): Answer;
  malformed(request: EmulatorRequest): Answer;
  /** Headers the vendor sets on every answer. */
  headers?(): Record<string, string>;
}

/** Thrown by a handler to answer with an error of the vendor. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.name = 'Refusal';
    this.answer = answer;
  }
}

/** `route('GET /v1/apps/:app', handler)`. A last part `*name` matches the rest of the path. */
export function route(pattern: string, handle: Route['handle']): Route {
  const [method = '', path = ''] = pattern.split(' ');
  return { method, segments: path.split('/').slice(1), handle };
}

/** Serves the routes on a free port of the loopback interface. */
export async function serve(options: ServerOptions): Promise<EmulatorServer> {
  const requests: RecordedRequest[] = [];
  const faults = faultQueue();
  const server = createServer((incoming, outgoing) => {
    // Rejects only when the client goes away while it is sending: then there is nobody to answer.
    respond(incoming, outgoing, options, requests, faults).catch(() => outgoing.destroy());
  });
  const url = await listen(server);
  return { url, requests, fail: fault => faults.add(fault), stop: () => stopServer(server) };
}

async function respond(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: ServerOptions,
  requests: RecordedRequest[],
  faults: FaultQueue,
): Promise<void> {
  const method = incoming.method ?? 'GET';
  const target = incoming.url ?? '/';
  const recorded: RecordedRequest = {
    method,
    path: target,
    status: 0,
    headers: incoming.headers,
    body: undefined,
    answer: undefined,
    injected: false,
  };
  requests.push(recorded);

  const text = await readAll(incoming);
  const isFile = incoming.headers['content-type'] === 'application/octet-stream';
  const json = isFile ? undefined : parse(text);
  recorded.body = json;
  const fault = faults.take(method, target, text);
  if (fault === 'hang') return;
  if (fault === 'reset') return reset(incoming);
  const closed = new AbortController();
  outgoing.once('close', () => closed.abort());
  const answer =
    typeof fault === 'object' ? fault : await decide(incoming, json, closed.signal, options).catch(asServerError);
  if (fault === 'lose-answer') return reset(incoming);
  recorded.status = answer.status;
  if (fault === 'keep-answer') return;
  recorded.answer = answer.body ?? answer.text;
  recorded.injected = typeof fault === 'object';
  send(outgoing, answer, options.headers?.() ?? {});
}

async function decide(
  incoming: IncomingMessage,
  json: unknown,
  signal: AbortSignal,
  options: ServerOptions,
): Promise<Answer> {
  const method = incoming.method ?? 'GET';
  const url = new URL(incoming.url ?? '/', 'http://emulator');
  const request: EmulatorRequest = {
    method,
    path: url.pathname,
    query: url.searchParams,
    params: {},
    headers: incoming.headers,
    body: isRecord(json) ? json : {},
    signal,
  };
  try {
    const refused = options.authorize(request);
    if (refused !== undefined) return refused;
    if (json === malformed) return options.malformed(request);
    for (const candidate of options.routes) {
      const params = candidate.method === method ? match(candidate.segments, url.pathname) : undefined;
      if (params !== undefined) return await candidate.handle({ ...request, params });
    }
    return options.notFound(request);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

function match(segments: string[], path: string): Record<string, string> | undefined {
  const parts = path.split('/').slice(1);
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    if (segment.startsWith('*')) {
      params[segment.slice(1)] = decodeURIComponent(parts.slice(index).join('/'));
      return parts.length > index ? params : undefined;
    }
    const part = parts[index];
    if (part === undefined) return undefined;
    if (segment.startsWith(':')) params[segment.slice(1)] = decodeURIComponent(part);
    else if (segment !== part) return undefined;
  }
  return parts.length === segments.length ? params : undefined;
}

const malformed = Symbol('malformed JSON');

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return malformed; // a finding about the client: answered as the vendor answers it
  }
}

async function readAll(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** A defect of the emulator itself: visible to the test as a 500 that names it. */
function asServerError(error: unknown): Answer {
  return { status: 500, text: `emulator: ${error instanceof Error ? error.stack : String(error)}` };
}

function send(outgoing: ServerResponse, answer: Answer, headers: Record<string, string>): void {
  const json = answer.text === undefined && answer.body !== undefined;
  outgoing.writeHead(answer.status, {
    ...(json ? { 'content-type': 'application/json; charset=utf-8' } : {}),
    ...headers,
    ...answer.headers,
  });
  outgoing.end(json ? JSON.stringify(answer.body) : answer.text);
}

function reset(incoming: IncomingMessage): void {
  incoming.socket.resetAndDestroy();
}
