import * as z from 'zod';
import { durationSchema, jsonSchema } from '../common.ts';
import { jsonPath } from './capture.ts';
import { httpStepSchema } from './http.ts';
import { anyStep, asking, location, service, timeout } from './step.ts';

const method = z.enum(['get', 'head', 'post', 'put', 'patch', 'delete']);

export const corsStepSchema = z
  .strictObject({
    cors: location,
    ...asking,
    allowed: z.array(z.string().min(1)).default([]).describe('Origins whose pages may call it.'),
    refused: z
      .array(z.string().min(1))
      .default(['https://release-gates.example', 'null'])
      .describe('Origins whose pages may not.'),
    method: method.default('get').describe('The method that a page would use; it is asked for in a preflight.'),
    credentials: z.boolean().default(false).describe('Whether cookies must be allowed along.'),
  })
  .refine(step => step.allowed.length > 0, { error: '`allowed`, with at least one origin that may call it' })
  .describe('Which origins may call the API from a browser.');

export const rateLimitStepSchema = z
  .strictObject({
    'rate-limit': location,
    ...asking,
    method: method.default('get'),
    json: jsonSchema.optional().describe('A JSON body to send.'),
    allowed: z.int().min(1).describe('How many requests must be answered before any is refused.'),
    requests: z.int().min(2).max(5000).describe('How many are sent in all; at least one of them must be refused.'),
    'recovers-within': durationSchema
      .optional()
      .describe('How long until a request must be answered again. Without it, that is not waited for.'),
  })
  .refine(step => step.requests > step.allowed, { error: 'more `requests` than are `allowed`' })
  .describe('Excess requests must be refused with 429, and only those.');

const guarded = z.union([
  location,
  z.strictObject({ get: location }),
  z.strictObject({ head: location }),
  z.strictObject({ post: location, json: jsonSchema.optional() }),
  z.strictObject({ put: location, json: jsonSchema.optional() }),
  z.strictObject({ patch: location, json: jsonSchema.optional() }),
  z.strictObject({ delete: location }),
]);

export const unauthenticatedStepSchema = z
  .strictObject({
    unauthenticated: z.array(guarded).min(1).describe('Paths that nobody may call without a valid token.'),
    ...asking,
    token: z
      .string()
      .optional()
      .describe('A valid JSON Web Token, such as a captured one, to make the bad ones from; it must be accepted.'),
    expired: z.string().optional().describe('A token that was valid and is not any more.'),
    'signing-secret': z
      .string()
      .optional()
      .describe('The secret that tokens are signed with (HMAC), to make an expired one.'),
    status: z.array(z.int().min(400).max(499)).min(1).default([401]).describe('The statuses that count as a refusal.'),
  })
  .describe('Calls with no token, a made-up, altered, expired or unsigned one must be refused.');

const protections = ['hsts', 'csp', 'frame', 'nosniff'] as const;

export const securityHeadersStepSchema = z
  .strictObject({
    'security-headers': location,
    ...asking,
    require: z
      .array(z.enum(protections))
      .min(1)
      .default([...protections])
      .describe('hsts: Strict-Transport-Security; csp: Content-Security-Policy; frame: may not be framed; nosniff.'),
  })
  .describe('The headers that protect the users of a browser.');

export const httpsRedirectStepSchema = z
  .strictObject({ 'https-redirect': location, ...anyStep, service, timeout })
  .describe('The address over plain http must lead to https on the same host, and nothing else.');

export const errorEnvelopeStepSchema = z
  .strictObject({
    'error-envelope': location,
    ...asking,
    method: method.default('get'),
    json: jsonSchema.optional().describe('A JSON body to send.'),
    body: z.string().optional().describe('A text to send as it is, such as half a JSON.'),
    status: z.array(z.int().min(400).max(599)).min(1).optional().describe('Default: any from 400 to 599.'),
    expect: jsonSchema.describe('The shape that errors are documented with, such as { error: { code: NOT_FOUND } }.'),
  })
  .describe('A request that must fail must do so in the documented shape, and without a stack trace.');

export const injectionStepSchema = z
  .strictObject({
    injection: httpStepSchema.describe('A request in which `${payload}` stands where a user could write something.'),
    ...anyStep,
  })
  .describe('Harmless SQL and script payloads must be refused, or come back as nothing but text.');

export const idempotentStepSchema = z
  .strictObject({
    idempotent: httpStepSchema.describe('A request with its idempotency key; it is sent twice.'),
    ...anyStep,
    same: z.array(jsonPath).min(1).describe('What must be the same in both answers, such as $.order.id.'),
  })
  .describe('The same request with the same key makes one thing, not two.');

export type CorsStep = z.infer<typeof corsStepSchema>;
export type RateLimitStep = z.infer<typeof rateLimitStepSchema>;
export type UnauthenticatedStep = z.infer<typeof unauthenticatedStepSchema>;
export type SecurityHeadersStep = z.infer<typeof securityHeadersStepSchema>;
export type HttpsRedirectStep = z.infer<typeof httpsRedirectStepSchema>;
export type ErrorEnvelopeStep = z.infer<typeof errorEnvelopeStepSchema>;
export type InjectionStep = z.infer<typeof injectionStepSchema>;
export type IdempotentStep = z.infer<typeof idempotentStepSchema>;
