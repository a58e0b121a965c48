import * as z from 'zod';
import { variableNameSchema } from '../common.ts';
import { cannotBePassed, canPass, rules, within } from './rules.ts';

export const redisProbeSchema = z
  .strictObject({
    redis: variableNameSchema.describe('The variable of the step that holds the URL of Redis.'),
    replica: z.boolean().default(false).describe('Whether a replica, which rejects writes, is enough.'),
    within,
    ...rules,
  })
  .refine(canPass, cannotBePassed)
  .describe('A Redis that accepts connections and answers PING.');

export type RedisProbe = z.infer<typeof redisProbeSchema>;
