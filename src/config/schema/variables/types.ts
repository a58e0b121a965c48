import * as z from 'zod';
import { variableNameSchema } from '../common.ts';
import { livePostgresSchema, liveRedisSchema, liveRequestSchema, liveServiceSchema } from './live.ts';
import { publishable, shared } from './shared.ts';

const count = z.int().min(0);
const textOrTexts = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const asked = { live: liveRequestSchema };

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

const stringSchema = z.strictObject({
  type: z.literal('string').optional(),
  'one-of': z.array(z.string()).min(1).optional().describe('The values it may have.'),
  'min-length': count.optional(),
  'max-length': count.optional(),
  pattern: z
    .string()
    .refine(isRegularExpression, { error: 'a regular expression' })
    .optional()
    .describe('A regular expression that the whole value matches.'),
  ...publishable,
  ...shared,
  ...asked,
});

const numberSchema = z.strictObject({
  type: z.literal('number'),
  min: z.number().optional(),
  max: z.number().optional(),
  integer: z.boolean().default(false).describe('Whether it must be a whole number.'),
  ...shared,
});

const booleanSchema = z.strictObject({ type: z.literal('boolean'), ...shared });
const portSchema = z.strictObject({ type: z.literal('port'), ...shared });

const urlSchema = z.strictObject({
  type: z.literal('url'),
  scheme: textOrTexts.optional().describe('The scheme it must have, or a list of allowed schemes: https, wss.'),
  host: textOrTexts
    .optional()
    .describe('The host it must have, or a list of allowed hosts. `*.example.com` matches any host below it.'),
  path: z.string().optional().describe('The path it must have, such as /ws.'),
  'trailing-slash': z.boolean().optional().describe('Whether it must end with a slash (`true`) or must not (`false`).'),
  ...publishable,
  ...shared,
  ...asked,
});

const originsSchema = z.strictObject({
  type: z.literal('origins'),
  includes: textOrTexts.optional().describe('Origins that must be in the list.'),
  ...shared,
});

const emailSchema = z.strictObject({
  type: z.literal('email'),
  domain: z.string().min(1).optional().describe('The domain it must have.'),
  ...shared,
});

const spanSchema = z
  .string()
  .regex(/^\d+(?:\.\d+)?(?:ms|s|m|h|d|w|y)$/, 'a duration with its unit, such as 15m, 12h or 30d');

const durationSchema = z.strictObject({
  type: z.literal('duration'),
  min: spanSchema.optional().describe('The shortest it may be, such as 1m.'),
  max: spanSchema.optional().describe('The longest it may be, such as 30d.'),
  ...shared,
});

const jsonSchema = z.strictObject({
  type: z.literal('json'),
  keys: z.array(z.string()).default([]).describe('Keys that the object must have.'),
  ...publishable,
  ...shared,
});

const base64Schema = z.strictObject({
  type: z.literal('base64'),
  bytes: count.optional().describe('The number of bytes it must decode to, such as 32 for an AES-256 key.'),
  'min-bytes': count.optional().describe('The least number of bytes it must decode to.'),
  ...publishable,
  ...shared,
});

const cronSchema = z.strictObject({ type: z.literal('cron'), ...shared });

const pemSchema = z.strictObject({
  type: z.literal('pem'),
  holds: z.enum(['private-key', 'public-key', 'certificate']).optional().describe('What it must contain.'),
  algorithm: z.enum(['rsa', 'ec', 'ed25519']).optional(),
  'min-bits': count.optional().describe('The smallest size of an RSA key. Default: 2048.'),
  'pair-of': variableNameSchema.optional().describe('The variable with the other half of the key pair.'),
  'valid-days': count.default(0).describe('For how many more days a certificate must be valid.'),
  ...publishable,
  ...shared,
});

const secretSchema = z.strictObject({
  type: z.literal('secret'),
  'min-length': count.default(16),
  prefix: textOrTexts.optional().describe('The prefix it must have, or a list of allowed prefixes, such as sk_live_.'),
  ...shared,
  ...asked,
});

const jwtSchema = z.strictObject({
  type: z.literal('jwt'),
  role: z.string().optional().describe('The value of the claim `role`.'),
  ref: z.string().optional().describe('The value of the claim `ref`: the Supabase project.'),
  issuer: z.string().optional().describe('The value of the claim `iss`.'),
  'valid-days': count.default(0).describe('For how many more days it must be valid.'),
  ...publishable,
  ...shared,
  ...asked,
});

const postgresUrlSchema = z.strictObject({
  type: z.literal('postgres-url'),
  pooler: z
    .enum(['transaction', 'session', 'none'])
    .optional()
    .describe('The pooler it must lead to, by mode. The gate judges by host and port; with `live` it asks the server.'),
  host: textOrTexts
    .optional()
    .describe('The host it must have, or a list of allowed hosts. `*.example.com` matches any host below it.'),
  port: z.int().min(1).max(65_535).optional(),
  database: z.string().min(1).optional().describe('The database it must name.'),
  sslmode: textOrTexts.optional().describe('The `sslmode` it must have, or a list of allowed ones.'),
  client: z
    .enum(['prisma'])
    .optional()
    .describe('The client that uses it. Prisma needs `pgbouncer=true` behind a pooler in transaction mode.'),
  live: livePostgresSchema,
  ...shared,
});

const redisUrlSchema = z.strictObject({
  type: z.literal('redis-url'),
  tls: z.boolean().optional().describe('Whether it must use TLS (rediss://).'),
  host: textOrTexts
    .optional()
    .describe('The host it must have, or a list of allowed hosts. `*.example.com` matches any host below it.'),
  live: liveRedisSchema,
  ...shared,
});

const supabaseUrlSchema = z.strictObject({
  type: z.literal('supabase-url'),
  ref: z.string().optional().describe('The project it must belong to.'),
  key: variableNameSchema.optional().describe('The variable with a key of the project. `live` needs it.'),
  live: liveServiceSchema,
  ...shared,
});

const supabaseKeySchema = z.strictObject({
  type: z.literal('supabase-key'),
  role: z
    .enum(['publishable', 'secret'])
    .describe(
      'publishable: for browsers (`sb_publishable_…`, anon). secret: for servers (`sb_secret_…`, service_role).',
    ),
  ...shared,
  ...asked,
});

const upstashRestUrlSchema = z.strictObject({
  type: z.literal('upstash-rest-url'),
  token: variableNameSchema.optional().describe('The variable with the token. `live` needs it.'),
  live: liveServiceSchema,
  ...shared,
});

/** Every type of the environment contract. */
export const variableSchema = z.discriminatedUnion('type', [
  stringSchema,
  numberSchema,
  booleanSchema,
  portSchema,
  urlSchema,
  originsSchema,
  emailSchema,
  durationSchema,
  jsonSchema,
  base64Schema,
  cronSchema,
  pemSchema,
  secretSchema,
  jwtSchema,
  postgresUrlSchema,
  redisUrlSchema,
  supabaseUrlSchema,
  supabaseKeySchema,
  upstashRestUrlSchema,
]);
