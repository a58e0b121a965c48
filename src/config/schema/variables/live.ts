import * as z from 'zod';
import { durationSchema } from '../common.ts';

const within = durationSchema.prefault('10s').describe('How long the counterpart may take, all in all.');

export const livePostgresSchema = z
  .union([
    z.boolean(),
    z.strictObject({
      role: z.string().min(1).optional().describe('The role that the connection must have.'),
      access: z
        .enum(['read-write', 'read-only'])
        .optional()
        .describe('Whether the session must be able to write, or must not.'),
      version: z.int().min(1).optional().describe('The lowest major version of the server, such as 15.'),
      within,
    }),
  ])
  .optional()
  .describe('Connects: role, access, version, whether the pooler is the one declared, and whether session locks hold.');

export const liveRedisSchema = z
  .union([
    z.boolean(),
    z.strictObject({
      access: z
        .enum(['read-write', 'read-only'])
        .optional()
        .describe('What the user must be allowed, tried on a key that does not exist; nothing is written.'),
      key: z
        .string()
        .min(1)
        .default('release-gates')
        .describe('The key it is tried on, for users that are bound to a prefix.'),
      within,
    }),
  ])
  .optional()
  .describe('Connects: TLS, credentials, PING, and what the user is allowed.');

export const liveServiceSchema = z.boolean().optional().describe('Asks the service whether it takes the credentials.');

const status = z.int().min(100).max(599);
const address = z.string().min(1).optional();
const oneAddress = 'exactly one of `get`, `head` and `post`, with the address to ask';

/** A request that shows whether a provider takes a credential. */
export const liveRequestSchema = z
  .strictObject({
    get: address.describe('The address to ask, in full.'),
    head: address,
    post: address,
    headers: z
      .record(z.string(), z.string())
      .default({})
      .describe('Headers to send, such as `Authorization: Bearer ${STRIPE_SECRET_KEY}`.'),
    json: z.json().optional().describe('The body to send, as JSON.'),
    status: z
      .union([status, z.array(status).min(1)])
      .optional()
      .describe('What it must answer. Default: any from 200 to 299.'),
    within,
  })
  .refine(({ get, head, post }) => [get, head, post].filter(Boolean).length === 1, { error: oneAddress })
  .optional()
  .describe('A request that the provider must answer as declared; `${NAME}` stands for a variable of the service.');

export type LiveRequest = NonNullable<z.infer<typeof liveRequestSchema>>;
export type LivePostgres = Exclude<z.infer<typeof livePostgresSchema>, boolean | undefined>;
export type LiveRedis = Exclude<z.infer<typeof liveRedisSchema>, boolean | undefined>;
