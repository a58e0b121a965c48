import type { Answer } from './http.ts';

/** What goes wrong with the next requests that match. */
export interface Fault {
  /** Matched against "METHOD /path?query". Default: every request. */
  on?: RegExp;
  /** Matched against the body, where requests are only told apart by it, as in GraphQL. Default: every body. */
  body?: RegExp;
  /** How many matching requests it meets. Default 1; Infinity for all of them. */
  times?: number;
  /**
   * An answer to send instead; `hang` never answers; `reset` cuts the connection before the request is carried out;
   * `lose-answer` carries it out and then cuts the connection; `keep-answer` carries it out and never answers.
   */
  answer: FaultAnswer | Lost;
}

export type Lost = 'hang' | 'reset' | 'lose-answer' | 'keep-answer';

export interface FaultAnswer {
  status: number;
  body?: unknown;
  /** An HTML page instead of JSON, as a proxy in front of the vendor would send. */
  html?: string;
  /** Value of the Retry-After header: seconds, or an HTTP date. */
  retryAfter?: number | string;
  headers?: Record<string, string>;
}

export interface FaultQueue {
  add(fault: Fault): void;
  take(method: string, path: string, body: string): Answer | Lost | undefined;
}

export function faultQueue(): FaultQueue {
  const pending: { fault: Fault; left: number }[] = [];
  return {
    add(fault) {
      pending.push({ fault, left: fault.times ?? 1 });
    },
    take(method, path, body) {
      const entry = pending.find(
        ({ fault, left }) =>
          left > 0 && (fault.on?.test(`${method} ${path}`) ?? true) && (fault.body?.test(body) ?? true),
      );
      if (entry === undefined) return undefined;
      entry.left -= 1;
      const { answer } = entry.fault;
      return typeof answer === 'string' ? answer : answerOf(answer);
    },
  };
}

function answerOf({ status, body, html, retryAfter, headers }: FaultAnswer): Answer {
  const extra = retryAfter === undefined ? headers : { 'retry-after': String(retryAfter), ...headers };
  if (html !== undefined) return { status, text: html, headers: { 'content-type': 'text/html', ...extra } };
  return { status, body: body ?? {}, ...(extra === undefined ? {} : { headers: extra }) };
}
