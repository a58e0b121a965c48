import { type Answer, Refusal } from '../http.ts';

/** `{ error: { code, message } }`: vercel/vercel packages/cli/src/util/response-error.ts. */
export function vercelError(status: number, code: string, message: string, extra: object = {}): Answer {
  return { status, body: { error: { code, message, ...extra } } };
}

export function refuse(status: number, code: string, message: string, extra: object = {}): Refusal {
  return new Refusal(vercelError(status, code, message, extra));
}
