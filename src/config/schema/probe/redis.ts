import * as z from 'zod';
import { variableNameSchema } from '../common.ts';
import { cannotBePassed, canPass, rules, within } from './rules.ts';

export const redisProbeSchema = z
  .strictObject({
    redis: variableNameSchema.describe('The variable of the step that holds the URL of Redis.'),
    replica: z.boolean().default(false).describe('Whether a replica, which rejects writes, is enough.'),
    writes: z.boolean().default(false).describe('Whether the gate writes and deletes a key of its own.'),
    key: z
      .string()
      .min(1)
      .default('release-gates')
      .describe('What that key begins with, for users that are limited to a prefix.'),
    within,
    ...rules,
  })
  .refine(canPass, cannotBePassed)
  .describe('A Redis that answers and serves: its role, its memory and its last save, as far as the user may ask.');

export type RedisProbe = z.infer<typeof redisProbeSchema>;
