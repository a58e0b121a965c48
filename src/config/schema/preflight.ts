import * as z from 'zod';
import { nameSchema } from './common.ts';
import { backupSchema } from './preflight/backups.ts';
import { changeSchema } from './preflight/change.ts';
import { edgeSchema } from './preflight/edge.ts';
import { authSettingsSchema, limitSchema } from './preflight/limits.ts';
import { redisSettingsSchema } from './preflight/redis.ts';
import { statusSchema } from './preflight/status.ts';
import { windowSchema } from './preflight/window.ts';

export const preflightSchema = z
  .strictObject({
    edge: z.record(nameSchema, edgeSchema).default({}).describe('Hosts, with their DNS, certificates and redirects.'),
    backups: z
      .record(nameSchema, backupSchema)
      .default({})
      .describe('Databases that must have a backup to go back to.'),
    redis: z.record(nameSchema, redisSettingsSchema).default({}).describe('How each Redis must be set up.'),
    status: z
      .record(nameSchema, statusSchema)
      .default({})
      .describe('Providers that must be well, by their status pages.'),
    change: changeSchema.optional(),
    window: windowSchema.optional(),
    limits: z.record(nameSchema, limitSchema).default({}).describe('Numbers of providers that must be in their range.'),
    auth: z.record(nameSchema, authSettingsSchema).default({}).describe('How users of each Supabase project sign in.'),
  })
  .describe('What must hold in the world before a release begins.');
