import * as z from 'zod';
import { nameSchema } from './common.ts';
import { authSettingsSchema } from './preflight/auth.ts';
import { backupSchema } from './preflight/backups.ts';
import { changeSchema } from './preflight/change.ts';
import { edgeSchema } from './preflight/edge.ts';
import { limitSchema } from './preflight/limits.ts';
import { redisSettingsSchema } from './preflight/redis.ts';
import { statusSchema } from './preflight/status.ts';
import { windowSchema } from './preflight/window.ts';

export const preflightSchema = z
  .strictObject({
    edge: z
      .record(nameSchema, edgeSchema)
      .optional()
      .describe('Hosts, with their DNS records, certificates and redirects.'),
    backups: z.record(nameSchema, backupSchema).optional().describe('Databases that must have a recent backup.'),
    redis: z.record(nameSchema, redisSettingsSchema).optional().describe('The settings that each Redis must have.'),
    status: z
      .record(nameSchema, statusSchema)
      .optional()
      .describe('Providers that must report no problem on their status pages.'),
    change: changeSchema.optional(),
    window: windowSchema.optional(),
    limits: z
      .record(nameSchema, limitSchema)
      .optional()
      .describe('Numbers that providers report, such as quota, with the range that a release needs.'),
    auth: z.record(nameSchema, authSettingsSchema).optional().describe('How users of each Supabase project sign in.'),
    'auto-deploys': z
      .enum(['refuse', 'report'])
      .optional()
      .describe(
        'Whether a service whose platform also deploys pushes stops the release (`refuse`), or is only reported (`report`).',
      ),
  })
  .describe('What must hold before a release begins.');
