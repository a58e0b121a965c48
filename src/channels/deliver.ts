import { type AttemptEnd, judgeStatus, type RetryPolicy, retrying } from '../clients/api/retry.ts';
import { type HttpAnswer, sendRequest } from '../clients/http.ts';
import { NetworkError } from '../clients/network-error.ts';
import type { GateContext } from '../core/context.ts';
import { toOneLine } from '../core/one-line.ts';
import { pluralize } from '../core/plural.ts';

/** Milliseconds for one answer. */
const timeout = 10_000;

export interface Delivery {
  /** As a person knows the receiver, such as `Slack`. */
  to: string;
  /** Often a secret: no message shows more of it than its host. */
  url: string;
  method?: 'POST' | 'PATCH';
  headers?: Record<string, string>;
  body: unknown;
  /** Whether sending it twice does no harm. */
  repeatable?: boolean;
}

/** Sends JSON to a channel, again where that does no harm. Throws what a person can act on if it was not accepted. */
export async function deliver(delivery: Delivery, context: GateContext): Promise<HttpAnswer> {
  const { to, url, repeatable = false } = delivery;
  hideAddress(url, context);
  const policy: RetryPolicy<HttpAnswer | NetworkError> = {
    clock: context.clock,
    signal: context.signal,
    repeatable,
    judge: judgeReply,
    getHeaders: reply => (reply instanceof NetworkError ? {} : reply.headers),
    onRetry: (_, pause) => context.log.debug(`${to} did not take the message; the next attempt is in ${pause} ms.`),
  };
  const { answer, attempts } = await retrying(policy, () => attempt(delivery, context.signal));
  const times = attempts === 1 ? '' : ` (${pluralize(attempts, 'attempt')})`;
  if (answer instanceof NetworkError) throw new Error(`${to} was not reached${times}: ${answer.kind.meaning}`);
  if (answer.status < 200 || answer.status >= 300) {
    const said = toOneLine(answer.body, context.redactor);
    throw new Error(`${to} answered ${answer.status}${times}${said && `: ${said}`}`);
  }
  return answer;
}

/** The path of a webhook is its password. */
function hideAddress(url: string, { redactor }: GateContext): void {
  const { pathname, search } = new URL(url);
  for (const part of [url, `${pathname}${search}`]) if (part.length > 16) redactor.add(part);
}

async function attempt({ url, method = 'POST', headers, body }: Delivery, signal: AbortSignal) {
  try {
    return await sendRequest({
      method,
      url,
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      body: JSON.stringify(body),
      timeout,
      signal,
    });
  } catch (error) {
    if (error instanceof NetworkError) return error;
    throw error;
  }
}

function judgeReply(reply: HttpAnswer | NetworkError): AttemptEnd {
  return reply instanceof NetworkError ? 'unknown' : judgeStatus(reply.status);
}
