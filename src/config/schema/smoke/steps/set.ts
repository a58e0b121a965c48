import * as z from 'zod';
import { durationPattern } from '../../../../core/duration.ts';
import { jsonSchema, nameSchema } from '../../common.ts';
import { anyStep, type StepForm } from '../step.ts';

export const form = { kind: 'set' } as const satisfies StepForm;

const text = z.string().min(1);
const encoding = z.enum(['hex', 'base64', 'base64url']).default('hex').describe('How the bytes are written.');
const hash = z.enum(['sha1', 'sha256', 'sha384', 'sha512']).default('sha256');
const key = text.describe('The key, such as ${WEBHOOK_SECRET}.');

const hmac = z.strictObject({
  hmac: z.string().describe('The text to sign (HMAC, RFC 2104).'),
  key,
  'key-encoding': z.enum(['text', 'hex', 'base64']).default('text').describe('How the key is written.'),
  hash,
  encoding,
});

const date = z.strictObject({
  date: z
    .string()
    .refine(
      value => value === 'now' || durationPattern.test(value.replace(/^[+-]/, '')) || value.includes('${'),
      'now, or a duration from now such as +30d or -5m',
    )
    .describe('now, or a duration from now, such as +30d or -5m.'),
  format: z
    .enum(['iso', 'date', 'http', 'unix', 'unix-ms'])
    .default('iso')
    .describe('iso: 2026-03-01T12:00:00.000Z. date: 2026-03-01, in UTC. unix and unix-ms are numbers.'),
});

const totp = z.strictObject({
  totp: text.describe('The secret in base32, as authenticator apps take it (RFC 6238).'),
  digits: z.int().min(6).max(8).default(6),
  period: z.int().min(1).default(30).describe('How long a code is valid, in seconds.'),
  hash: z.enum(['sha1', 'sha256', 'sha512']).default('sha1'),
});

const jwt = z.strictObject({
  jwt: z.record(z.string(), jsonSchema).describe('The claims of a JSON Web Token.'),
  key: key.describe('The secret (HS…), or the private key in PEM.'),
  algorithm: z
    .enum(['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'])
    .default('HS256'),
  header: z.record(z.string(), jsonSchema).default({}).describe('More fields of the header, such as kid.'),
});

const webhook = z.strictObject({
  webhook: z
    .enum(['stripe', 'github', 'slack', 'standard'])
    .describe(
      'The signature of a webhook, for its header: stripe-signature, x-hub-signature-256, x-slack-signature, or webhook-signature (Standard Webhooks, such as of Supabase). ${name.timestamp} and ${name.id} are for the other headers.',
    ),
  body: z.string().describe('The body to sign, exactly as `body` sends it.'),
  key,
});

const valueSchema = z.union([
  z.strictObject({ value: jsonSchema.describe('A value, with its names replaced.') }),
  z.strictObject({ number: z.string().describe('A text that is a number in JSON, such as ${QUANTITY}.') }),
  z.strictObject({ 'one-of': z.array(jsonSchema).min(2).describe('A random choice.') }),
  z
    .strictObject({ 'random-from': z.int(), to: z.int() })
    .refine(({ 'random-from': from, to }) => from <= to, { error: '`to` that is not less than `random-from`' }),
  z.strictObject({ base64: z.string().describe('A text to encode.'), url: z.boolean().default(false) }),
  z.strictObject({ hash: z.string().describe('A text whose checksum is needed.'), algorithm: hash, encoding }),
  date,
  hmac,
  totp,
  jwt,
  webhook,
]);

export const schema = z
  .strictObject({
    set: z.record(nameSchema, valueSchema).describe('Values by name, for later steps and for those below, as ${name}.'),
    ...anyStep,
  })
  .describe('Makes values without a request: dates, signatures, codes of an authenticator, tokens.');

export type SetStep = z.infer<typeof schema>;
export type MadeValue = z.infer<typeof valueSchema>;
