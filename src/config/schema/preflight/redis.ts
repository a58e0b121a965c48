import * as z from 'zod';
import { variableNameSchema } from '../common.ts';

const policies = [
  'noeviction',
  'allkeys-lru',
  'allkeys-lfu',
  'allkeys-random',
  'volatile-lru',
  'volatile-lfu',
  'volatile-random',
  'volatile-ttl',
] as const;

export const redisSettingsSchema = z.strictObject({
  store: variableNameSchema.describe('The variable of the step that holds the URL of Redis.'),
  policy: z.enum(policies).optional().describe('The required `maxmemory-policy`; queues need noeviction.'),
  persistence: z
    .boolean()
    .optional()
    .describe('Whether Redis must keep its data on disk (RDB or AOF), and its last save must have succeeded.'),
  'memory-below': z
    .string()
    .regex(/^(100|\d{1,2})%$/, 'a percentage, such as 80%')
    .transform(text => Number(text.slice(0, -1)))
    .optional()
    .describe('How much of `maxmemory` may be in use.'),
  'at-least': z
    .string()
    .regex(/^\d+(\.\d+)*$/, 'a version, such as "6.2"')
    .optional()
    .describe('The oldest server version allowed.'),
  upstash: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The id of the database on Upstash, which reports its settings only through its API. Needs UPSTASH_EMAIL and UPSTASH_API_KEY.',
    ),
});

export type RedisSettings = z.infer<typeof redisSettingsSchema>;
