import { createHash, createHmac, randomInt, randomUUID } from 'node:crypto';
import type { MadeValue } from '../../../config/schema/smoke/steps/set.ts';
import { parseDuration } from '../../../core/duration.ts';
import { formatError } from '../../../core/errors.ts';
import type { Scope } from '../scope.ts';
import { makeJwt } from './jwt.ts';
import { makeTotp } from './totp.ts';
import { signWebhook } from './webhook.ts';

/** A value with what else it is called after, such as `.timestamp`; or why there is none. */
export type Made = { value: unknown; parts?: Record<string, string> } | { fault: string };

/** Makes one value. `now` is in milliseconds since the epoch. */
export function makeValue(declared: MadeValue, scope: Scope, now: number): Made {
  if ('value' in declared) return { value: scope.resolve(declared.value) };
  if ('number' in declared) return makeNumber(scope.resolveText(declared.number));
  if ('one-of' in declared) return { value: scope.resolve(declared['one-of'][randomInt(declared['one-of'].length)]) };
  if ('random-from' in declared) return { value: randomInt(declared['random-from'], declared.to + 1) };
  if ('base64' in declared) {
    const bytes = Buffer.from(scope.resolveText(declared.base64));
    return { value: bytes.toString(declared.url ? 'base64url' : 'base64') };
  }
  if ('date' in declared) return makeDate(scope.resolveText(declared.date), declared.format, now);
  if ('hmac' in declared) {
    const key = Buffer.from(scope.resolveText(declared.key), toBufferEncoding(declared['key-encoding']));
    return { value: createHmac(declared.hash, key).update(scope.resolveText(declared.hmac)).digest(declared.encoding) };
  }
  if ('totp' in declared) {
    const value = makeTotp({ ...declared, secret: scope.resolveText(declared.totp) }, now);
    return value === undefined ? { fault: 'its secret is not base32' } : { value };
  }
  if ('jwt' in declared) return makeToken(declared, scope);
  if ('webhook' in declared) {
    const parts = { timestamp: String(Math.floor(now / 1000)), id: `msg_${randomUUID()}` };
    const content = { body: scope.resolveText(declared.body), key: scope.resolveText(declared.key) };
    return { value: signWebhook(declared.webhook, { ...content, ...parts }), parts };
  }
  return { value: createHash(declared.algorithm).update(scope.resolveText(declared.hash)).digest(declared.encoding) };
}

function makeNumber(text: string): Made {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? { value } : { fault: `${JSON.stringify(text)} is not a number` };
}

function makeDate(text: string, format: string, now: number): Made {
  const sign = text.startsWith('-') ? -1 : 1;
  const distance = text === 'now' ? 0 : parseDuration(text.replace(/^[+-]/, ''), Number.MAX_SAFE_INTEGER);
  const date = new Date(now + sign * (distance ?? Number.NaN));
  if (Number.isNaN(date.getTime())) return { fault: `${JSON.stringify(text)} is not a duration from now` };
  if (format === 'unix') return { value: Math.floor(date.getTime() / 1000) };
  if (format === 'unix-ms') return { value: date.getTime() };
  if (format === 'http') return { value: date.toUTCString() };
  return { value: format === 'date' ? date.toISOString().slice(0, 10) : date.toISOString() };
}

function makeToken({ jwt, algorithm, key, header }: Extract<MadeValue, { jwt: unknown }>, scope: Scope): Made {
  try {
    const claims = scope.resolve(jwt) as object;
    return { value: makeJwt(claims, algorithm, scope.resolveText(key), scope.resolve(header) as object) };
  } catch (error) {
    return { fault: `the key does not fit ${algorithm}: ${formatError(error)}` };
  }
}

function toBufferEncoding(encoding: 'text' | 'hex' | 'base64'): BufferEncoding {
  return encoding === 'text' ? 'utf8' : encoding;
}
