import * as z from 'zod';
import { variableNameSchema } from '../common.ts';
import { cannotBePassed, canPass, rules, within } from './rules.ts';

export const redisProbeSchema = z
  .strictObject({
    redis: variableNameSchema.describe('The variable of the step that holds the URL of Redis.'),
    access: z
      .enum(['read-write', 'read-only'])
      .optional()
      .describe(
        'What the service does with it. `read-write` writes and deletes a key of its own; `read-only` accepts a replica. Default: a replica fails, and nothing is written.',
      ),
    key: z
      .string()
      .min(1)
      .default('release-gates')
      .describe('What the key begins with, for users that are limited to a prefix.'),
    within,
    ...rules,
  })
  .refine(canPass, cannotBePassed)
  .describe(
    'A Redis that answers and serves: its role, memory, last save, and the slots of a cluster, as far as the user may ask.',
  );

export type RedisProbe = z.infer<typeof redisProbeSchema>;
