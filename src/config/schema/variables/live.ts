import * as z from 'zod';
import { durationSchema } from '../common.ts';

const within = durationSchema.prefault('10s').describe('How long the whole check may take.');

export const livePostgresSchema = z
  .union([
    z.boolean(),
    z.strictObject({
      role: z.string().min(1).optional().describe('The role that the connection must have.'),
      access: z
        .enum(['read-write', 'read-only'])
        .optional()
        .describe('Whether the session must be able to write (`read-write`) or must not (`read-only`).'),
      version: z.int().min(1).optional().describe('The lowest major version of the server, such as 15.'),
      within,
    }),
  ])
  .optional()
  .describe('Connects and checks role, access, version, pooler, and whether session locks hold. Changes nothing.');

export const liveRedisSchema = z
  .union([
    z.boolean(),
    z.strictObject({
      access: z
        .enum(['read-write', 'read-only'])
        .optional()
        .describe(
          'The access that the user must have. The gate tries it on a key that does not exist and writes nothing.',
        ),
      key: z
        .string()
        .min(1)
        .default('release-gates')
        .describe('The key to try it on, for users that are limited to a prefix.'),
      within,
    }),
  ])
  .optional()
  .describe('Connects and checks TLS, credentials, PING and access. Changes nothing.');

export const liveServiceSchema = z
  .boolean()
  .optional()
  .describe('Sends a request to check that the service accepts the credentials.');

const status = z.int().min(100).max(599);
const address = z.string().min(1).optional();
const oneAddress = 'exactly one of `get`, `head` and `post`, with the address to request';

/** A request that shows whether a provider accepts a credential. */
export const liveRequestSchema = z
  .strictObject({
    get: address.describe('The full address to request.'),
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
      .describe('The expected status, or a list of them. Default: any from 200 to 299.'),
    within,
  })
  .refine(({ get, head, post }) => [get, head, post].filter(Boolean).length === 1, { error: oneAddress })
  .optional()
  .describe(
    'A request that the provider must answer as declared; `${NAME}` stands for a variable of the service. It is only sent to the host of an address in a variable, to the provider whose key it sends, and to the hosts of the input `live-hosts`.',
  );

export type LiveRequest = NonNullable<z.infer<typeof liveRequestSchema>>;
export type LivePostgres = Exclude<z.infer<typeof livePostgresSchema>, boolean | undefined>;
export type LiveRedis = Exclude<z.infer<typeof liveRedisSchema>, boolean | undefined>;
